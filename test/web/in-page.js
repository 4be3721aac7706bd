// What `look.ts` asks of a page, from inside it.
globalThis.look = {
  /** What axe finds, each as one line. */
  async violations() {
    const { violations } = await globalThis.axe.run({ resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    );
  },

  /** What is wider than the window, once what follows a change of its width is done. */
  async overflow() {
    for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(done));
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .map(({ tagName, className, textContent }) => `${tagName}.${className} ${textContent.slice(0, 40)}`)
      .slice(-3);
  },

  /** Text that is smaller than people can read at ease. */
  smallText(least_px) {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (node.textContent.trim() === '' || /^(SCRIPT|STYLE|TITLE)$/i.test(element.tagName)) continue;
      const size = Number.parseFloat(getComputedStyle(element).fontSize);
      if (size < least_px) found.push(`${element.tagName} ${size} px: ${node.textContent.slice(0, 40)}`);
    }
    return found;
  },

  /** What the first paint waited for. */
  firstPaint() {
    const blocking = performance
      .getEntriesByType('resource')
      .filter(({ renderBlockingStatus }) => renderBlockingStatus === 'blocking');
    const entries = [...performance.getEntriesByType('navigation'), ...blocking];
    return {
      bytes: entries.reduce((sum, { transferSize }) => sum + transferSize, 0),
      requests: entries.map(({ name }) => new URL(name).pathname),
    };
  },

  /** Links and fields that the keyboard reaches, in order, each by what it shows. */
  focused() {
    const { tagName, textContent, id } = document.activeElement;
    return `${tagName} ${id} ${textContent.slice(0, 40)}`;
  },
};
