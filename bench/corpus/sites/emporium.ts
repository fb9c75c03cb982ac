import { footerLinks, person } from '../filler/blocks.ts'
import type { Filler } from '../filler/filler.ts'
import { analytics, appState, icon, icons } from '../filler/scripts.ts'
import { stylesheet } from '../filler/styles.ts'
import { escapeHtml } from '../text.ts'
import { baseTag, charsetMeta, jsonLd, metaTags, siteName } from './head.ts'
import type { Site } from './site.ts'

/** A shop: filters, gallery, buy box, delivery promises, recommendations, and somewhere the description of the thing. */
export const emporium: Site = {
  name: 'Fernside Supply',
  origin: 'https://shop.fernside.example',
  page: (article, filler) => {
    const price = `${filler.number(19, 240)}.${filler.pick(['00', '50', '90'])}`
    const offer = {
      offers: { '@type': 'Offer', price, priceCurrency: 'EUR' },
      sku: filler.token(8),
      name: article.title,
    }
    return `<!DOCTYPE html>
<html lang="${article.language}" class="no-js template-product">
<head>
${charsetMeta(article)}
${baseTag(article)}
<title>${escapeHtml(article.title)} | ${siteName(emporium, article)}</title>
${metaTags(emporium, article)}
<meta property="product:price:amount" content="${price}"><meta property="product:price:currency" content="EUR">
${jsonLd(emporium, article, 'Product', offer)}
${stylesheet(filler, 'shop-', 200)}
</head>
<body class="template-product gradient">
${icons(filler, 18)}
<a class="skip-to-content-link button visually-hidden" href="#MainContent">${filler.chrome.skip}</a>
<div class="announcement-bar" role="region"><p>${filler.say('Free delivery on orders over 60 euro, and thirty days to change your mind')}</p></div>
<header class="header-wrapper"><a class="header__heading-link" href="/shop/">${siteName(emporium, article)}</a>${megaMenu(filler)}<div class="header__icons"><a href="/shop/account">${icon(filler)}</a><a href="/shop/cart" id="cart-icon-bubble">${icon(filler)}<span>0</span></a></div></header>
<cart-drawer class="drawer"><div class="drawer__inner"><h2>${filler.say('Your basket is empty, for now')}</h2><a href="/shop/all" class="button">Continue shopping</a></div></cart-drawer>
<main id="MainContent" role="main"><nav class="breadcrumb" aria-label="breadcrumbs"><a href="/shop/">${filler.chrome.home}</a> / <a href="/shop/c">${filler.pick(departments)}</a></nav>
<section class="product"><div class="product__media-wrapper"><ul class="product__media-list">${filler.many(6, (at) => `<li><img src="/shop/img/${filler.token(10)}_${at}.jpg?width=1100" srcset="/shop/img/${filler.token(10)}.jpg?width=550 550w" alt="" loading="lazy"></li>`)}</ul></div>
<div class="product__info-wrapper"><h1 class="product__title">${escapeHtml(article.title)}</h1>
<div class="price"><span class="price-item price-item--regular">€${price}</span> <small>${filler.say('Tax included. Shipping is worked out at checkout.')}</small></div>
${buyBox(filler)}
<div class="product__description rte">
${article.html}
</div>
${promises(filler)}</div></section>
<section class="recommendations"><h2>${filler.say('Customers who looked at this also bought')}</h2><ul class="grid product-grid">${cards(filler, 12)}</ul></section>
<section class="reviews"><h2>Reviews (${article.comments})</h2>${Array.from({ length: article.comments }, () => `<div class="review"><span aria-label="stars">★★★★☆</span> <b>${person(filler)}</b> <p>${filler.say(filler.pick(reviews))}</p></div>`).join('\n')}</section></main>
<footer class="footer"><div class="newsletter"><p>${filler.say(filler.chrome.newsletter)}</p><input type="email"><button>${filler.chrome.subscribe}</button></div><ul>${footerLinks(filler, '/shop/pages/')}</ul><small>${filler.say(filler.chrome.rights)}</small></footer>
<div id="shop-cookie" role="dialog"><p>${filler.say(filler.chrome.cookie)}</p><button>${filler.chrome.accept}</button><button>${filler.chrome.refuse}</button></div>
${appState(filler, 'shop-catalogue', 25)}${analytics(filler)}
</body>
</html>
`
  },
}

const departments = [
  'Stoves and heating',
  'Cook ware',
  'Lamps',
  'Blankets',
  'Knives',
  'Axes and saws',
  'Packs',
  'Boots',
  'Jackets',
  'Garden',
  'Bath',
  'Gifts under 20',
]
const goods = [
  'Enamel mug, blue rim',
  'Folding candle lantern',
  'Merino socks, pair',
  'Cedar shoe tree',
  'Brass plumb bob',
  'Linen bread bag',
  'Cast iron griddle',
  'Boar bristle brush',
  'Oilcloth apron',
  'Canvas log carrier',
  'Beech rolling pin',
  'Copper watering can',
]
const reviews = [
  'Arrived in two days and well packed. Heavier than I thought, in a good way.',
  'Does what it says. The box had a dent but the thing itself was fine.',
  'Bought one for my brother, then one for me, then hid both from the dog.',
  'Four stars because nothing is perfect and neither am I.',
  'The colour is a little darker than on my screen, otherwise no complaints.',
]

function megaMenu(filler: Filler): string {
  const column = (name: string): string =>
    `<details class="mega-menu"><summary>${name}</summary><ul>${filler.many(7, () => `<li><a href="/shop/c/${filler.slug()}">${filler.pick(goods)}</a></li>`)}</ul></details>`
  return `<nav class="header__inline-menu">${departments.map(column).join('\n')}</nav>`
}

function buyBox(filler: Filler): string {
  const options = ['Small', 'Medium', 'Large'].map(
    (size) => `<input type="radio" name="Size" id="s-${size}" value="${size}"><label for="s-${size}">${size}</label>`,
  )
  return `<form method="post" action="/shop/cart/add" class="form"><fieldset><legend>Size</legend>${options.join('')}</fieldset><label>Quantity <input type="number" value="1" min="1"></label><button type="submit" class="product-form__submit button">Add to basket</button><button type="button">${icon(filler)} Add to wish list</button></form>`
}

function promises(filler: Filler): string {
  return `<div class="accordion"><details><summary>Delivery</summary><p>${filler.say('Orders placed before two in the afternoon leave our warehouse on the same working day.')}</p></details><details><summary>Returns</summary><p>${filler.say('Send it back unused within thirty days and we refund the full price, postage included.')}</p></details></div>`
}

function cards(filler: Filler, count: number): string {
  return filler.many(
    count,
    () =>
      `<li class="grid__item"><div class="card"><img loading="lazy" src="/shop/img/${filler.token(10)}.jpg?width=360" alt=""><h3><a href="/shop/p/${filler.slug()}">${filler.pick(goods)}</a></h3><span class="price">€${filler.number(5, 90)}.00</span></div></li>`,
  )
}
