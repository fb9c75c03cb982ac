/** The words that surround an article on sites of one language. Nothing of it may occur in any article. */
export interface Chrome {
  readonly home: string
  readonly menu: string
  readonly skip: string
  readonly search: string
  readonly signIn: string
  readonly advertisement: string
  readonly related: string
  readonly mostRead: string
  readonly share: string
  readonly comments: string
  readonly reply: string
  readonly by: string
  readonly published: string
  readonly sections: readonly string[]
  readonly footerLinks: readonly string[]
  readonly cookie: string
  readonly accept: string
  readonly refuse: string
  readonly newsletter: string
  readonly subscribe: string
  readonly rights: string
  readonly headlines: readonly string[]
  readonly remarks: readonly string[]
  readonly people: readonly string[]
}
