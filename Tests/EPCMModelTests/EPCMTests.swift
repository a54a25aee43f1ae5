import Testing

/// One after the other: each keeps both processors busy.
@Suite(.serialized) enum EPCMTests {}
