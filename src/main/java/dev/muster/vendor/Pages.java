package dev.muster.vendor;

/**
 * How a vendor's list call is paged. The vendor's file of routes binds one for each resource that
 * it lists, as the bean {@code <vendor>-<resource>-pages}.
 */
public final class Pages {
  private int size;
  private Integer deepest;

  /** So many a page. */
  public int size() {
    return size;
  }

  /** So many pages the vendor lets through for one window of creation times; null for any. */
  public Integer deepest() {
    return deepest;
  }

  public void setSize(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("a page of " + size + " shows nothing: put 1 or more");
    }
    this.size = size;
  }

  public void setDeepest(Integer deepest) {
    this.deepest = deepest;
  }
}
