// Touches only what is different: a thousand tiles must not be drawn anew each second.
const SVG = "http://www.w3.org/2000/svg";

export function make(tag, classes = "", ...children) {
  const node = document.createElement(tag);
  if (classes) node.className = classes;
  node.append(...children);
  return node;
}

export function shape(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#s-${name}`);
  svg.append(use);
  return svg;
}

export function reshape(svg, name) {
  const use = svg.firstChild;
  if (use.getAttribute("href") !== `#s-${name}`) use.setAttribute("href", `#s-${name}`);
}

export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function put(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

export function dress(node, classes) {
  if (node.className !== classes) node.className = classes;
}
