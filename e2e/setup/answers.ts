import { connect } from 'node:net'

/** Whether somebody listens at a socket of the file system. */
export function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path, () => done(true)).on('error', () => done(false))
    socket.on('connect', () => socket.destroy())
  })
}
