/** Version in package.json; a test holds the two together, so that no file has to be read at run time. */
export const version = '0.1.0'
