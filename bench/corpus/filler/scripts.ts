import type { Filler } from './filler.ts'

/** The page view counter that every site has. */
export function analytics(filler: Filler): string {
  const id = `UA-${filler.number(100_000, 999_999)}-${filler.number(1, 9)}`
  return `<script>
window.dataLayer = window.dataLayer || [];
(function (w, d, id) {
  var q = (w.__q = w.__q || []); q.push(['set', 'account', id], ['set', 'consent', 'pending']);
  function send(name, more) { if (d.cookie.indexOf('consent=1') < 0) return; var i = new Image();
    i.src = '/px.gif?a=' + id + '&e=' + name + '&u=' + encodeURIComponent(d.location.href) + '&r=' + Math.random() + (more || ''); }
  d.addEventListener('visibilitychange', function () { if (d.visibilityState === 'hidden') send('leave'); });
  w.addEventListener('scroll', function () { if (w.scrollY > 600 && !w.__deep) { w.__deep = 1; send('deep', '&y=600'); } }, { passive: true });
  if (w.innerWidth < 768 && 'ontouchstart' in w) d.documentElement.className += ' touch';
  d.write('<noscript class="x"><p>This <b>markup</b> is in a string<\\/p><\\/noscript>');
})(window, document, '${id}');
</script>`
}

/** An advertising slot with its loader. */
export function advert(filler: Filler, size: string): string {
  const slot = `slot-${filler.token(6)}`
  return `<div class="ad-slot ad-${size}" id="${slot}" data-size="${size}" aria-hidden="true"><span class="ad-label">${filler.chrome.advertisement}</span>
<script>(window.adq=window.adq||[]).push({id:'${slot}',size:'${size}',keys:{pos:'${filler.pick(['top', 'mid', 'rail'])}',seg:${filler.number(1, 99)}},lazy:true});</script></div>`
}

/** The state that a server-rendered application leaves for its client: the page's stories, as JSON. */
export function appState(filler: Filler, id: string, stories: number): string {
  const list = Array.from({ length: filler.amount(stories) }, () => ({
    id: filler.token(12),
    slug: filler.slug(),
    kicker: filler.pick(filler.chrome.sections),
    image: { src: `/media/${filler.token(16)}.jpg`, width: filler.number(320, 1600), height: filler.number(200, 900) },
    score: filler.number(1, 9999) / 10_000,
    flags: { premium: filler.number(0, 4) === 0, live: false, sponsored: filler.number(0, 9) === 0 },
  }))
  const state = JSON.stringify({ buildId: filler.token(20), locale: 'default', query: {}, props: { stories: list } })
  return `<script id="${id}" type="application/json">${state.replaceAll('<', '\\u003c')}</script>`
}

/** A sprite of icons: much markup, no text. */
export function icons(filler: Filler, count: number): string {
  const symbols = filler.many(count, (at) => {
    const path = Array.from({ length: filler.number(8, 22) }, () => step(filler)).join('')
    return `<symbol id="icon-${at}" viewBox="0 0 24 24"><path fill="currentColor" d="M${filler.number(1, 9)} ${filler.number(1, 9)}${path}z"/></symbol>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" style="display:none" aria-hidden="true">${symbols}</svg>`
}

export function icon(filler: Filler): string {
  return `<svg class="icon" width="16" height="16" aria-hidden="true"><use href="#icon-${filler.number(0, 9)}"></use></svg>`
}

function step(filler: Filler): string {
  const point = (): string => `${filler.number(-90, 90) / 10} ${filler.number(-90, 90) / 10}`
  return filler.number(0, 1) === 0 ? `l${point()}` : `c${point()} ${point()} ${point()}`
}
