export function readPage(source: { readonly url: string }): { readonly url: string } {
  return { url: source.url }
}
