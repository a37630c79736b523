// What the three panes show of a spectrum.

import { Plot, ticks, smoothed, range, toAir, C, HALPHA } from '/plot.js'

const VIEW = [6519, 6639]

export const view = { range: [...VIEW], smooth: 1, raw: false, velocity: false, air: false, lines: 0, side: 'auto' }
export function resetView() { view.range = [...VIEW] }

function gridOf(desk, count) {
  return Array.from({ length: count }, (_, i) => desk.grid[0] + (desk.grid[1] - desk.grid[0]) * i / (count - 1))
}

function xTicks([low, high], count) {
  if (view.velocity) {
    const speed = v => C * (v / HALPHA - 1), place = s => HALPHA * (1 + s / C)
    const { all } = ticks(speed(low), speed(high), count)
    return all.map(s => ({ at: place(s), text: `${s}`.replace('-', '−') }))
  }
  if (!view.air) { const t = ticks(low, high, count); return t.all.map(v => ({ at: v, text: v.toFixed(t.digits) })) }
  const shift = low - toAir(low), t = ticks(low - shift, high - shift, count)
  return t.all.map(v => ({ at: v + (v + shift - toAir(v + shift)), text: v.toFixed(t.digits) }))
}

function shownLines(desk) {
  return view.lines === 2 ? [] : view.lines === 1 ? desk.lines.filter(l => Math.abs(l.vacuum - HALPHA) < .5) : desk.lines
}

export function lineTitle(desk, picture) {
  const unit = view.velocity ? 'km s⁻¹ from Hα' : `Å ${view.air ? 'air' : 'vacuum'}`
  const flux = view.raw ? 'flux as measured' : 'scaled as the network sees it'
  return `Hα · ${unit} · ${flux}${view.smooth > 1 ? ` · smoothed ${view.smooth} px` : ''}` +
    (picture?.fileScale === 'air' && !view.air ? ' · file in air, converted' : '')
}

export function drawLine(canvas, desk, picture, theme) {
  const p = new Plot(canvas, theme), { window: pixels, vector, scaling } = picture
  const [low, high] = view.range, raw = view.raw && pixels
  const map = raw || !scaling ? v => v : v => v == null ? null : (v - scaling.shift) * scaling.slope + scaling.start
  const showsPixels = pixels && (raw || scaling)
  const xs = showsPixels ? pixels.wavelength : [], ys = showsPixels ? pixels.flux.map(map) : []
  const grid = vector ? gridOf(desk, vector.length) : [], bad = new Set(showsPixels ? pixels.bad : [])
  const inside = (x, y) => y.filter((_, i) => x[i] >= low && x[i] <= high)
  let seen = inside(xs, ys.map((v, i) => bad.has(i) ? null : v))
  if (!raw && vector) seen = seen.concat(inside(grid, vector))
  let y = range(seen, .08)
  if (raw && y[0] > 0) y = [0, y[1]]
  p.frame({ left: 52, top: 6, width: p.width - 76, height: p.height - 30 }, view.range, y)
  p.axes({ xTicks: xTicks(view.range, Math.max(4, p.width / 110)) })
  p.clip(() => {
    if (showsPixels && pixels.sigma) {
      const s = pixels.sigma.map(v => v == null ? null : v * (raw ? 1 : Math.abs(scaling.slope)))
      p.band(xs, ys.map((v, i) => v == null || s[i] == null ? null : v - s[i]), ys.map((v, i) => v == null || s[i] == null ? null : v + s[i]), theme.band)
    }
    if (raw) p.trace(xs, smoothed(ys, view.smooth), theme.trace, 1.8)
    p.marks(shownLines(desk))
    if (showsPixels) p.dots(xs, ys, theme.raw, 1.7, bad)
    if (!raw && vector) p.trace(grid, smoothed(vector, view.smooth), theme.trace, 2)
  })
  if (!vector && !pixels) p.say('no picture of this spectrum', p.width / 2, p.height / 2, { align: 'center', size: 14 })
  if (picture.problem) {
    const words = picture.vector ? 'file not to be had: only what the network sees' : picture.problem.split('\n')[0].slice(0, 110)
    p.say(words, p.width - 14, p.height - 38, { align: 'right', colour: theme.mark })
  }
}

export function drawWhole(canvas, desk, picture, theme, dragged) {
  const p = new Plot(canvas, theme), whole = picture.whole
  if (!whole || !whole.wavelength.length) {
    p.say('not kept here, and the archive does not answer', p.width / 2, p.height / 2, { align: 'center' })
    return null
  }
  const xs = whole.wavelength, sorted = whole.flux.filter(v => v != null).sort((a, b) => a - b)
  const cut = q => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]
  const inner = [cut(.002), cut(.998)], line = whole.flux.filter((v, i) => Math.abs(xs[i] - HALPHA) < 25)
  const y = range([...inner, ...line], .1)
  p.frame({ left: 52, top: 4, width: p.width - 64, height: p.height - 24 }, [xs[0], xs.at(-1)], y)
  p.axes({ xTicks: (t => t.all.map(v => ({ at: v, text: v.toFixed(t.digits) })))(ticks(xs[0], xs.at(-1), p.width / 110)), yTicks: 3 })
  p.clip(() => {
    const [a, b] = dragged || view.range
    p.c.fillStyle = theme.band; p.c.fillRect(p.X(a), p.box.top, p.X(b) - p.X(a), p.box.height)
    p.trace(xs, whole.flux, theme.trace, 1)
    // Names only where there is room: round Hα there is none but for its own.
    const roomy = shownLines(desk).filter(l => Math.abs(l.vacuum - HALPHA) < .5 || Math.abs(l.vacuum - HALPHA) > 400)
    p.marks(shownLines(desk), { text: false })
    p.marks(roomy)
  })
  return p
}

// Other epochs stacked, and the nearest labelled spectra of each class: both, or one of them.
export function drawSide(canvas, desk, picture, theme) {
  const p = new Plot(canvas, theme)
  const epochs = picture.epochs.filter(e => e.vector), near = picture.neighbours
  const has = { epochs: picture.epochs.length > 0, neighbours: near.some(n => n.length) }
  const wanted = view.side === 'auto' ? (has.epochs && has.neighbours ? ['epochs', 'neighbours'] : has.epochs ? ['epochs'] : ['neighbours']) : [view.side]
  let top = 2
  for (const part of wanted) {
    const height = wanted.length === 2 ? (part === 'epochs' ? p.height * .38 : p.height - top) : p.height - top
    if (part === 'epochs') drawEpochs(p, desk, picture, epochs, theme, top, height)
    else drawNeighbours(p, desk, picture, near, theme, top, height)
    top += height
  }
  const name = picture.epochs.length ? `same star, ${picture.epochs.length} other ${picture.epochs.length > 1 ? 'epochs' : 'epoch'}` : 'no other epoch'
  return wanted.join() === 'epochs' ? name : wanted.join() === 'neighbours' ? `nearest labelled · ${name}` : `${name} · nearest labelled`
}

function drawEpochs(p, desk, picture, epochs, theme, top, height) {
  const all = [...epochs.slice(-6).map(e => ({ ...e, colour: theme.soft })), { vector: picture.vector, dateObs: picture.dateObs, colour: theme.trace, own: true }].filter(e => e.vector)
  if (all.length < 2) { p.say(picture.epochs.length ? 'its other epochs are not fetched' : 'seen once', p.width / 2, top + height / 2, { align: 'center' }); return }
  const step = 1.1
  p.frame({ left: 10, top: top + 4, width: p.width - 20, height: height - 24 }, [6520, 6640], [-1.15, 1.15 + step * (all.length - 1)])
  p.axes({ xTicks: xTicks([6520, 6640], 5), yTicks: 0 })
  p.clip(() => {
    p.marks(desk.lines.filter(l => Math.abs(l.vacuum - HALPHA) < .5), { text: false })
    all.forEach((e, i) => {
      p.trace(gridOf(desk, e.vector.length), e.vector.map(v => v + (all.length - 1 - i) * step), e.colour, e.own ? 2 : 1.2)
      const y = p.Y(e.vector.at(-60) + (all.length - 1 - i) * step) - 8
      p.say(e.own ? 'this one' : e.dateObs ? `MJD ${Math.floor(e.dateObs)}` : e.name, p.width - 14, y, { align: 'right', colour: e.colour, size: 10 })
    })
  })
}

function drawNeighbours(p, desk, picture, near, theme, top, height) {
  const columns = Math.max(1, ...near.map(n => n.length)), rows = near.length
  if (!near.some(n => n.length)) { p.say('nothing is labelled yet to compare with', p.width / 2, top + height / 2, { align: 'center' }); return }
  const grey = [theme.one, theme.two, theme.three]
  near.forEach((found, row) => {
    const y = top + row * height / rows, h = height / rows
    p.say(`${desk.classes[row].key}  ${desk.classes[row].name}`, 12, y + 9, { weight: 'bold', colour: grey[row % 3] })
    if (!found.length) p.say('none labelled', 12, y + h / 2)
    found.forEach((n, column) => {
      const w = (p.width - 16) / columns
      p.frame({ left: 8 + column * w + 3, top: y + 18, width: w - 6, height: h - 24 }, [6520, 6640], [-1.15, 1.15])
      p.axes({ xTicks: [], yTicks: 0 })
      p.c.strokeStyle = theme.rule; p.c.strokeRect(p.box.left + .5, p.box.top + .5, p.box.width - 1, p.box.height - 1)
      p.clip(() => {
        p.marks(desk.lines.filter(l => Math.abs(l.vacuum - HALPHA) < .5), { text: false })
        if (picture.vector) p.trace(gridOf(desk, picture.vector.length), picture.vector, theme.rule, 2)
        p.trace(gridOf(desk, n.vector.length), n.vector, grey[row % 3], 1.6)
      })
      p.say(`Δ ${n.distance}`, p.box.left + p.box.width - 4, y + 9, { align: 'right', size: 10 })
    })
  })
}

export function describe(picture) {
  if (!picture.vector) return `${picture.name}: no picture`
  const v = picture.vector, peak = v.indexOf(Math.max(...v)), dip = v.indexOf(Math.min(...v)), at = i => (6519 + 213 * i / 139).toFixed(0)
  const ew = picture.equivalentWidth
  return `Hα window of ${picture.name}, scaled from −1 to 1. Highest at ${at(peak)} Å, lowest at ${at(dip)} Å in vacuum; Hα is at 6565.` +
    (ew == null ? '' : ` Equivalent width ${ew.toFixed(1)} Å, ${ew < 0 ? 'net emission' : 'net absorption'}.`)
}
