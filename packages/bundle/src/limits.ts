/** Every limit of the format, with its reason. Sizes in bytes. */

/** The list is held in memory before anything is proven; 16 MiB name about 70 000 blobs. */
export const maxListBytes = 16 * 1024 * 1024;

/** Manifests, indexes and the layout's own documents: what registries take (distribution-spec 1.1). */
export const maxDocumentBytes = 4 * 1024 * 1024;

/** All documents together, held in memory for the walk: 64 at their largest, thousands at their usual size. */
export const maxDocumentsBytes = 256 * 1024 * 1024;

/** `_type` … an image's platform is 5 deep; 8 leaves room for fields that a later minor version adds. */
export const maxListDepth = 8;

/** Indexes within indexes: real ones nest once. */
export const maxIndexDepth = 4;

/** Written in pieces of this size. A read of a connection brings no more at once, and a piece of one read costs least. */
export const pieceBytes = 768 * 1024;

/**
 * Read in pieces of this size, of which each blob on its way holds two at most. One stays in the cache of a
 * processor while it is hashed and sent: of twice the size, that takes a fifth longer on some. Of less than a
 * quarter of a mebibyte no connection says when it was taken, so each would be copied.
 */
export const readPieceBytes = 256 * 1024;
