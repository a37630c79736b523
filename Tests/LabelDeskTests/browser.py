"""A browser driven over the DevTools pipe, with the standard library only."""
import fcntl, json, os, subprocess, tempfile, threading, base64, time, itertools, select

class Browser:
    def __init__(self, profile=None, size=(1280, 800), dark=False):
        self.profile = profile or tempfile.mkdtemp(prefix='votrawl-chromium-')
        r3, w3 = os.pipe(); r4, w4 = os.pipe()
        # The browser reads commands from descriptor 3 and writes answers to 4; copies far off, so that nothing is overwritten.
        a, b = (fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 200) for fd in (r3, w4))
        def place():
            os.dup2(a, 3)
            os.dup2(b, 4)
        self.process = subprocess.Popen(
            ['chromium', '--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', '--no-first-run',
             '--disable-background-networking', '--disable-component-update', f'--user-data-dir={self.profile}', f'--window-size={size[0]},{size[1]}', 'about:blank'],
            preexec_fn=place, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for fd in (r3, w4, a, b): os.close(fd)
        self.out, self.inp = w3, r4
        self.ids = itertools.count(1); self.buffer = b''; self.answers = {}; self.console = []
        self.session = None
        target = self.send('Target.createTarget', url='about:blank')['targetId']
        self.session = self.send('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for d in ('Page', 'Runtime', 'Log', 'Network', 'Accessibility'): self.send(d + '.enable')
        self.send('Emulation.setDeviceMetricsOverride', width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)
        if dark: self.dark(True)
    def dark(self, on):
        self.send('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': 'dark' if on else 'light'}])
    def pump(self, wait):
        if not select.select([self.inp], [], [], wait)[0]: return False
        data = os.read(self.inp, 1 << 20)
        if not data: raise EOFError('browser is gone')
        self.buffer += data
        *whole, self.buffer = self.buffer.split(b'\0')
        for line in whole:
            m = json.loads(line)
            if 'id' in m: self.answers[m['id']] = m
            elif m['method'] == 'Runtime.consoleAPICalled' and m['params']['type'] in ('error', 'warning', 'assert'): self.console.append(str([a.get('value', a.get('description')) for a in m['params']['args']]))
            elif m['method'] == 'Runtime.exceptionThrown': self.console.append(json.dumps(m['params']['exceptionDetails'])[:600])
            elif m['method'] == 'Log.entryAdded' and m['params']['entry']['level'] in ('error', 'warning'): self.console.append(m['params']['entry']['text'] + ' ' + m['params']['entry'].get('url', ''))
        return True
    def send(self, method, wait=60, **params):
        n = next(self.ids); m = {'id': n, 'method': method, 'params': params}
        if self.session: m['sessionId'] = self.session
        os.write(self.out, json.dumps(m).encode() + b'\0')
        end = time.time() + wait
        while n not in self.answers:
            if time.time() > end: raise TimeoutError(method)
            self.pump(0.2)
        a = self.answers.pop(n)
        if 'error' in a: raise RuntimeError(f"{method}: {a['error']}")
        return a['result']
    def go(self, url):
        self.send('Page.navigate', url=url)
    def js(self, text):
        r = self.send('Runtime.evaluate', expression=text, awaitPromise=True, returnByValue=True)
        if 'exceptionDetails' in r: raise RuntimeError(json.dumps(r['exceptionDetails'])[:500])
        return r['result'].get('value')
    def until(self, text, wait=60):
        end = time.time() + wait
        while time.time() < end:
            try:
                v = self.js(text)
                if v: return v
            except RuntimeError: pass
            time.sleep(0.01)
        raise TimeoutError(text + ' | ' + str(self.console[-5:]))
    def key(self, k, code=None, shift=False):
        text = {'Space': ' '}.get(k, k); named = len(text) > 1
        base = dict(key=text, modifiers=8 if shift else 0)
        if not named: base['text'] = text
        if k == 'Enter': base['text'] = '\r'; base['windowsVirtualKeyCode'] = 13
        self.send('Input.dispatchKeyEvent', type='keyDown', **base)
        base.pop('text', None)
        self.send('Input.dispatchKeyEvent', type='keyUp', **base)
    def click(self, selector):
        x, y = self.js(f'(() => {{ const b = document.querySelector({json.dumps(selector)}).getBoundingClientRect(); return [b.x + b.width/2, b.y + b.height/2] }})()')
        for t in ('mousePressed', 'mouseReleased'):
            self.send('Input.dispatchMouseEvent', type=t, x=x, y=y, button='left', clickCount=1)
    def shot(self, path):
        open(path, 'wb').write(base64.b64decode(self.send('Page.captureScreenshot', format='png')['data']))
    def kill(self):
        import signal
        try: os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError: pass
        self.process.wait(); os.close(self.out); os.close(self.inp)
