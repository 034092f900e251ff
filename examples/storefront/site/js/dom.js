// Builds elements; every text is text, never markup.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key, value)
    else if (value !== false) made.setAttribute(key, value === true ? '' : value)
  }
  made.append(...children)
  return made
}

export const picture = (shoe, label, attributes = {}) =>
  element('img', { src: `/shoes/${shoe.picture}`, alt: label, width: 320, height: 220, ...attributes })
