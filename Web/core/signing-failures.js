// Words for what is wrong with signatures, for pages that sign and check.
import { sentences } from './failures.js';

Object.assign(sentences, {
  70: () => 'A signature is damaged.',
  71: () => 'Nobody knows yet whose signature it is.',
  72: () => 'Somebody else signed it.',
  73: () => 'It was signed for another room, or another configuration.',
  74: () => 'A signature is not the owner\'s.',
  75: () => 'A signature belongs to another stream.',
  76: () => 'A signature is older than others before it.',
  77: () => 'It was signed too long ago; check the clock.',
  78: (first, last) => `States ${first} to ${last} are signed twice.`,
  79: (first, last) => `States ${first} to ${last} are not those that were signed.`,
  80: () => 'Nothing can be signed or checked with this key, context, time or these options.',
});
