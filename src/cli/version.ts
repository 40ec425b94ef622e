import packageFile from '../../package.json' with { type: 'json' }

/** This program's own version, as in its package file. */
export const VERSION: string = packageFile.version
