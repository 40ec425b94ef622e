/** "token" of RFC 9110, §5.6.2: what a method or the name of a header is. */
export const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
