/** The tests' vocabulary: what several of them arrange, act with and look at. */
package dev.muster.support;
