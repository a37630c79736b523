// Acts on their way to the disk. An act is kept in the browser until the desk says that it is on disk, and is sent again
// after any break; the desk keeps each once, by its name.

const KEY = 'votrawl.pending'

function read() {
  try { return JSON.parse(localStorage.getItem(KEY) || '[]') } catch { return [] }
}

export class Store {
  constructor(onChange, onRefused) {
    this.pending = read()
    this.saved = 0
    this.isConnected = true
    this.onChange = onChange
    this.onRefused = onRefused
    this.delay = 250
    this.sending = null
  }

  add(act) {
    this.pending.push(act)
    this.keep()
    this.onChange()
    this.flush()
  }

  keep() { localStorage.setItem(KEY, JSON.stringify(this.pending)) }

  // One request at a time, so that acts reach the disk in the order they were done.
  flush() {
    if (!this.sending) this.sending = this.run().finally(() => { this.sending = null })
    return this.sending
  }

  async run() {
    while (this.pending.length) {
      const part = this.pending.slice(0, 200)
      try {
        const answer = await fetch('/api/acts', { method: 'POST', body: JSON.stringify(part), keepalive: part.length < 50 })
        if (answer.status === 401) throw new Error('401')
        if (!answer.ok) throw new Error(await answer.text())
        const { kept, refused } = await answer.json()
        const gone = new Set([...kept, ...Object.keys(refused)])
        this.pending = this.pending.filter(act => !gone.has(act.id))
        this.keep()
        this.saved += kept.length
        this.isConnected = true
        this.delay = 250
        for (const [id, reason] of Object.entries(refused)) this.onRefused(id, reason)
        this.onChange()
      } catch {
        this.isConnected = false
        this.onChange()
        await new Promise(done => setTimeout(done, this.delay))
        this.delay = Math.min(this.delay * 1.7, 4000)
      }
    }
  }
}
