import { referencesOf } from './check.ts'
import type { ItemView } from './item-view.ts'
import type { KnownNames } from './names.ts'
import { render, type TemplateKind } from './render.ts'
import { parseTemplate, type TemplateFault } from './tokens.ts'

/** A text with places for data, made ready: `What makes {{name}} unique? {{summary}}`. Data never becomes part of its structure, and nothing in it is run. */
export interface Template {
  /** Names of results that it uses, those of collected items included. */
  readonly uses: readonly string[]
  /** It has places for results, the whole input, or what was collected: not for fields of the input alone. */
  readonly hasText: boolean
  /** It has any place for data. */
  readonly hasPlaces: boolean
  /** @throws Failure `INVALID_INPUT` for a name that the item does not have, with the nearest one */
  render(item: ItemView): string
}

/**
 * A mustache template over an item: fields of its input and results of steps by name, `{{page.title}}`, sections `{{#items}}…{{/items}}`.
 * Only own properties are found; a missing one is a fault, but for the name of a section, which is then empty.
 *
 * @param names what may be named, as far as that is known: what is not, shows when it is rendered
 * @returns the template, or all that is wrong with it
 */
export function compileTemplate(
  source: string,
  names: KnownNames,
  kind: TemplateKind,
): { readonly template: Template; readonly faults: readonly TemplateFault[] } {
  const { nodes, faults } = parseTemplate(source)
  const references = referencesOf(nodes, names)
  const template: Template = {
    uses: [...references.results],
    hasText: references.hasText,
    hasPlaces: nodes.some((node) => node.kind !== 'text'),
    render: (item) => render(nodes, item, names, kind),
  }
  return { template, faults: [...faults, ...references.faults] }
}
