interface Town {
  readonly town: string
  readonly inhabitants: string
  readonly area: string
}

/** Inhabitants for each square kilometre. What stands in a CSV is text. */
export function density({ input }: { readonly input: Town }): { readonly town: string; readonly density: number } {
  return { town: input.town, density: Math.round(Number(input.inhabitants) / Number(input.area)) }
}
