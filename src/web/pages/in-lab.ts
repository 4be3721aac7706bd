/**
 * Adds the parameter `lab` to all links and forms of a page, so that the pages of one lab lead to pages of that lab. Node only.
 * @module
 */

/** Links to pages and to the API in HTML, and start tags of forms. */
const LINK = /(<(?:a|form|[a-z]+ [^<>]*?data-)[^<>]*?(?:href|api)=")(\/(?!\/|assets\/)[^"#]*)/g;
const FORM = /(<form\b[^<>]*>)([\s\S]*?<\/form>)/g;

/** Adds the lab to an address or to the HTML of a page; undefined: returns it unchanged. */
export const inLab = {
  address(address: string, lab: string | undefined): string {
    return lab === undefined ? address : withLab(address, lab, '&');
  },

  /** Recorded text in attributes is escaped, so it has no `"`, `<` or `>`. */
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
