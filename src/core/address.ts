/** An address as it may be shown: without the `user:password@` that some carry. What is no address stays as it is. */
export function withoutCredentials(address: string): string {
  return address.replace(/^([^/?#]*\/\/)[^/?#]*@/, '$1')
}
