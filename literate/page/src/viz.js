/* Graphviz, for graphs that come as DOT. */
export { instance } from "@viz-js/viz";
