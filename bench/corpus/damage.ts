/**
 * The same page as a careless hand would have left it: end tags that HTML lets one omit are gone, and some that it does not;
 * inline elements overlap; attributes lose their quotes; the end of the document is missing.
 * Every repair that the HTML Standard prescribes leads back to the same text.
 */
export function damage(html: string): string {
  return html
    .replace(/<\/(?:p|li|td|th|tr|thead|tbody|dt|dd)>/g, '')
    .replace(/<strong>([^<]*)<em>([^<]*)<\/em><\/strong>/g, '<strong>$1<em>$2</strong></em>')
    .replace(/<em>([^<]*)<\/em>(?=[,.])/g, '<em>$1</em></em>')
    .replace(/ (class|id|href|rel|type)="([\w/.#-]+)"/g, ' $1=$2')
    .replace(/<\/(?:main|article|section)>/g, '')
    .replace(/&amp;/g, '&')
    .replace(/<\/body>\s*<\/html>\s*$/, '')
}
