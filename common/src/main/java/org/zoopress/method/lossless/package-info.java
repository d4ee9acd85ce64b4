/**
 * Lossless storage of tensors of any dtype: byte planes with entropy coding.
 *
 * <p>A trained float32 weight has about 2.6 bits of entropy in its 8 bits of exponent, and nothing
 * to gain in its sign and its 23 bits of mantissa; that bounds the ratio near 32/26.6 = 1.2.
 * Integers, booleans and tensors with repeated values gain more.
 */
package org.zoopress.method.lossless;
