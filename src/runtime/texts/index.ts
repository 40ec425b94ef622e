export { bytesToText, decodeBytes, textToBytes, toByteString } from './bytes.ts'
