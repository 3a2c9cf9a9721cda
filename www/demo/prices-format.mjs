// How prices are written, in the table and on the chart alike.

const coarse = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const fine = new Intl.NumberFormat('en', { minimumFractionDigits: 4, maximumFractionDigits: 4 });

/** @param {number} price */
export function formatPrice(price) {
  return (Math.abs(price) < 10 ? fine : coarse).format(price);
}

/**
 * Up and down differ by a sign and an arrow as well: not everybody sees the colours.
 *
 * @param {number | null} change
 * @param {number} price what changed; both are written with the same decimals
 */
export function formatChange(change, price) {
  if (change === null) return '–';
  const number = (Math.abs(price) < 10 ? fine : coarse).format(Math.abs(change));
  if (change > 0) return `▲ +${number}`;
  if (change < 0) return `▼ −${number}`;
  return number;
}
