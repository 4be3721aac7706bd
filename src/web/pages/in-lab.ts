/**
 * A page of one lab leads to pages of that lab: its links and forms carry the parameter `lab`, so that no page has to think of it. Node
 * only.
 * @module
 */

/** Links of our own pages and of the API, as they stand in HTML; and beginnings of forms. */
const LINK = /(<(?:a|form|[a-z]+ [^<>]*?data-)[^<>]*?(?:href|api)=")(\/(?!\/|assets\/)[^"#]*)/g;
const FORM = /(<form\b[^<>]*>)([\s\S]*?<\/form>)/g;

/** Makes an address, or the HTML of a page, one of a lab; undefined: leaves it as it is. */
export const inLab = {
  address(address: string, lab: string | undefined): string {
    return lab === undefined ? address : withLab(address, lab, '&');
  },

  /** Attributes of recorded text hold neither `"` nor `<` nor `>`: they are escaped. */
  html(html: string, lab: string | undefined): string {
    if (lab === undefined) return html;
    const hidden = `<input type="hidden" name="lab" value="${escaped(lab)}"/>`;
    return html
      .replace(LINK, (_, before: string, address: string) => before + withLab(address, lab, '&amp;'))
      .replace(FORM, (form, begin: string, rest: string) =>
        rest.includes('name="lab"') ? form : begin + hidden + rest,
      );
  },
};

function withLab(address: string, lab: string, and: string): string {
  if (/[?&;]lab=/.test(address)) return address;
  const [path = '', hash] = address.split('#');
  const named = `${path}${path.includes('?') ? and : '?'}lab=${encodeURIComponent(lab)}`;
  return hash === undefined ? named : `${named}#${hash}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
