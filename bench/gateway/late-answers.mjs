// Preloaded into a gate: every fiftieth answer waits for 5 ms, so that it shows whether a measure of latency sees that.
import { ServerResponse } from 'node:http'

const EVERY = 50
const MILLISECONDS = 5
const { end } = ServerResponse.prototype
let answers = 0

ServerResponse.prototype.end = function (...last) {
  answers += 1
  if (answers % EVERY === 0) setTimeout(() => end.apply(this, last), MILLISECONDS)
  else end.apply(this, last)
  return this
}
