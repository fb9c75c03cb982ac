// Imported first on threads that run code of others: what that prints is none of the program's output, which may be read by another program.
// The console looks for its streams when it is first used.
Object.defineProperty(process, 'stdout', { configurable: true, enumerable: true, get: () => process.stderr })
