/* The machine: a worker with Python in it. One request at a time. */

const STOPPED = { stopped: true };

export class Machine {
  constructor(fetchLesson) {
    this.fetchLesson = fetchLesson;
    this.worker = null;
    this.queue = Promise.resolve();
    this.generation = 0;
    this.end = null;
  }

  /** Ask for something, after all that was asked for before. */
  ask(request, told) {
    const { generation } = this;
    const turn = () => (generation === this.generation ? this.run(request, told) : STOPPED);
    const answer = this.queue.then(turn);
    this.queue = answer.catch(() => undefined);
    return answer;
  }

  /** End what is running and all that waits. */
  stop() {
    this.generation += 1;
    this.finish(STOPPED);
  }

  async run(request, told) {
    const { generation } = this;
    const lesson = await this.fetchLesson();
    if (generation !== this.generation) return STOPPED;
    if (!this.worker) this.start(lesson);
    return new Promise((resolve) => {
      this.end = resolve;
      this.worker.onmessage = ({ data }) => {
        if (data.report) told(data.report);
        else if (data.ended) this.finish(data);
        else {
          this.end = null;
          resolve(data);
        }
      };
      this.worker.onerror = (event) => {
        event.preventDefault();
        this.finish({ ended: event.message || "Python could not be started." });
      };
      this.worker.postMessage(request);
    });
  }

  start(lesson) {
    this.worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.worker.postMessage({ kind: "open", lesson });
  }

  /** Give the worker up, with an answer to what it was asked. */
  finish(answer) {
    this.worker?.terminate();
    this.worker = null;
    this.end?.(answer);
    this.end = null;
  }
}
