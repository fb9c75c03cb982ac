const words = (list: string): ReadonlySet<string> => new Set(list.split(' '))

/** Elements whose whole content is no text of the page. */
export const droppedElements: ReadonlySet<string> = words(
  'style template svg object embed applet select option optgroup datalist textarea input meta base link param track source col colgroup frame frameset noframes map area script canvas',
)

/** Elements that mean nothing to a reader: their children stand in their place. */
export const transparentElements: ReadonlySet<string> = words('html head body picture font nobr big bdi bdo wbr')

/** Elements that start and end a line. */
export const blockElements: ReadonlySet<string> = words(
  'address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol p pre search section summary table tbody td tfoot th thead title tr ul xmp',
)

/** Elements in which white space alone is no text. */
export const structuralElements: ReadonlySet<string> = words(
  'html head body table tbody thead tfoot tr ul ol dl picture',
)

export const headings: ReadonlySet<string> = words('h1 h2 h3 h4 h5 h6')

/** What a table is made of. */
export const tableParts: ReadonlySet<string> = words('caption thead tbody tfoot tr td th')

/** Elements without content, which have no end tag. */
export const voidElements: ReadonlySet<string> = words(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr',
)

/** What the parts of tables and lists stand in; the nearest of these that is open takes them. */
export const parentsOf: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['thead', words('table')],
  ['tbody', words('table')],
  ['tfoot', words('table')],
  ['tr', words('table thead tbody tfoot')],
  ['td', words('table tr')],
  ['th', words('table tr')],
  ['li', words('ul ol menu dir')],
  ['dt', words('dl')],
  ['dd', words('dl')],
])
