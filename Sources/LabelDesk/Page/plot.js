// Plots on a canvas: axes, traces, bands and line marks, in the colours of the page.

export const C = 299792.458, HALPHA = 6564.61

// Vacuum to air, by the inverse of the VALD formula, as the program has it.
export function toAir(vacuum) {
  const index = air => { const s = 1e8 / air / air
    return 1 + 8.336624212083e-5 + 0.02408926869968 / (130.1065924522 - s) + 1.599740894897e-4 / (38.92568793293 - s) }
  let air = vacuum / 1.000276
  for (let i = 0; i < 3; i++) air *= vacuum / (air * index(air))
  return air
}

export function colours() {
  const style = getComputedStyle(document.documentElement), probe = document.createElement('canvas').getContext('2d')
  const names = ['paper', 'ink', 'soft', 'rule', 'trace', 'raw', 'band', 'mark', 'bad', 'one', 'two', 'three']
  return Object.fromEntries(names.map(name => {
    const holder = document.createElement('i')
    holder.style.color = `var(--${name})`
    document.body.append(holder)
    const value = getComputedStyle(holder).color
    holder.remove()
    probe.fillStyle = value
    return [name, value]
  }))
}

export function ticks(low, high, count) {
  const step0 = (high - low) / Math.max(1, count), power = 10 ** Math.floor(Math.log10(step0))
  const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= step0) || power * 10
  const all = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) all.push(+(i * step).toPrecision(12))
  return { all, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) }
}

export class Plot {
  constructor(canvas, theme) {
    const ratio = devicePixelRatio || 1, box = canvas.getBoundingClientRect()
    const width = Math.max(1, Math.round(box.width * ratio)), height = Math.max(1, Math.round(box.height * ratio))
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height }
    this.c = canvas.getContext('2d')
    this.c.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.width = box.width; this.height = box.height
    this.theme = theme
    this.c.clearRect(0, 0, this.width, this.height)
    this.font(11)
  }

  font(size, weight = '') { this.c.font = `${weight} ${size}px system-ui, "DejaVu Sans", sans-serif` }

  frame(box, x, y) {
    this.box = box; this.xr = x; this.yr = y
    this.X = v => box.left + (v - x[0]) / (x[1] - x[0]) * box.width
    this.Y = v => box.top + box.height - (v - y[0]) / (y[1] - y[0]) * box.height
  }

  // Label of a place on the axis; `show` turns vacuum Å into what is written.
  axes({ xTicks, yTicks = 5, yText = true, xText = true } = {}) {
    const { c, box, theme } = this
    c.lineWidth = 1; c.strokeStyle = theme.rule; c.fillStyle = theme.soft
    c.textBaseline = 'top'; c.textAlign = 'center'
    for (const { at, text } of xTicks) {
      const x = Math.round(this.X(at)) + .5
      if (x < box.left - 1 || x > box.left + box.width + 1) continue
      c.beginPath(); c.moveTo(x, box.top); c.lineTo(x, box.top + box.height); c.stroke()
      if (xText) c.fillText(text, x, box.top + box.height + 5)
    }
    if (!yTicks) return
    const { all, digits } = ticks(this.yr[0], this.yr[1], yTicks)
    c.textAlign = 'right'; c.textBaseline = 'middle'
    for (const value of all) {
      const y = Math.round(this.Y(value)) + .5
      c.beginPath(); c.moveTo(box.left, y); c.lineTo(box.left + box.width, y); c.stroke()
      if (yText) c.fillText(Math.abs(value) >= 1e5 ? value.toExponential(1) : value.toFixed(digits).replace('-', '−'), box.left - 6, y)
    }
  }

  clip(draw) {
    const { c, box } = this
    c.save(); c.beginPath(); c.rect(box.left, box.top, box.width, box.height); c.clip(); draw(); c.restore()
  }

  trace(xs, ys, colour, width = 1.5, dash = []) {
    const { c } = this
    c.strokeStyle = colour; c.lineWidth = width; c.lineJoin = 'round'; c.setLineDash(dash); c.beginPath()
    let on = false
    for (let i = 0; i < xs.length; i++) {
      if (ys[i] == null || !isFinite(ys[i])) { on = false; continue }
      const x = this.X(xs[i]), y = this.Y(ys[i])
      if (on) c.lineTo(x, y); else c.moveTo(x, y)
      on = true
    }
    c.stroke(); c.setLineDash([])
  }

  band(xs, low, high, colour) {
    const { c } = this
    c.fillStyle = colour
    for (let i = 0; i + 1 < xs.length; i++) {
      if ([low[i], low[i + 1], high[i], high[i + 1]].some(v => v == null || !isFinite(v))) continue
      c.beginPath(); c.moveTo(this.X(xs[i]), this.Y(low[i])); c.lineTo(this.X(xs[i + 1]), this.Y(low[i + 1]))
      c.lineTo(this.X(xs[i + 1]), this.Y(high[i + 1])); c.lineTo(this.X(xs[i]), this.Y(high[i])); c.fill()
    }
  }

  dots(xs, ys, colour, size = 1.6, bad = new Set()) {
    const { c, theme } = this
    for (let i = 0; i < xs.length; i++) {
      if (ys[i] == null) continue
      const x = this.X(xs[i]), y = this.Y(ys[i])
      if (bad.has(i)) { // a cross, so that it is told by its shape
        c.strokeStyle = theme.bad; c.lineWidth = 1.2; c.beginPath()
        c.moveTo(x - 3, y - 3); c.lineTo(x + 3, y + 3); c.moveTo(x - 3, y + 3); c.lineTo(x + 3, y - 3); c.stroke()
      } else { c.fillStyle = colour; c.beginPath(); c.arc(x, y, size, 0, 7); c.fill() }
    }
  }

  // Marks of lines; names that would overlap take the next row.
  marks(lines, { text = true, rows = 2 } = {}) {
    const { c, box, theme } = this, ends = Array(rows).fill(-1e9)
    for (const line of [...lines].sort((a, b) => a.vacuum - b.vacuum)) {
      const x = this.X(line.vacuum)
      if (x < box.left || x > box.left + box.width) continue
      const isMain = Math.abs(line.vacuum - HALPHA) < .5
      c.strokeStyle = isMain ? theme.mark : theme.soft; c.lineWidth = isMain ? 1.4 : 1
      c.setLineDash(isMain ? [6, 3] : [2, 3]); c.beginPath(); c.moveTo(x, box.top); c.lineTo(x, box.top + box.height); c.stroke()
      c.setLineDash([])
      if (!text) continue
      this.font(11, isMain ? 'bold' : '')
      const width = c.measureText(line.name).width, row = ends.findIndex(end => x + 3 > end)
      if (row < 0) continue
      ends[row] = x + width + 8
      c.fillStyle = isMain ? theme.mark : theme.soft; c.textAlign = 'left'; c.textBaseline = 'top'
      c.fillText(line.name, x + 3, box.top + 2 + row * 13)
    }
    this.font(11)
  }

  say(text, x, y, { colour = this.theme.soft, align = 'left', size = 11, weight = '' } = {}) {
    this.font(size, weight); this.c.fillStyle = colour; this.c.textAlign = align; this.c.textBaseline = 'middle'
    this.c.fillText(text, x, y); this.font(11)
  }
}

export function smoothed(values, width) {
  if (width < 2) return values
  const half = (width - 1) / 2
  return values.map((value, i) => {
    if (value == null) return null
    let sum = 0, n = 0
    for (let j = Math.max(0, i - half); j <= Math.min(values.length - 1, i + half); j++) if (values[j] != null) { sum += values[j]; n++ }
    return sum / n
  })
}

export function range(values, pad = .06) {
  let low = Infinity, high = -Infinity
  for (const v of values) if (v != null && isFinite(v)) { if (v < low) low = v; if (v > high) high = v }
  if (!(low < high)) return [(isFinite(low) ? low : 0) - 1, (isFinite(low) ? low : 0) + 1]
  return [low - (high - low) * pad, high + (high - low) * pad]
}
