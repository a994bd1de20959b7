namespace ChainHealth.Node;

/// <summary>Frames between validators on their consensus connection.</summary>
internal enum PeerKind : byte
{
    /// <summary>An encoded consensus message.</summary>
    Consensus = 1,

    /// <summary>A signed transaction that a client gave to the sender.</summary>
    Transaction = 2,

    /// <summary>Hash of a model that the sender lacks.</summary>
    ModelWanted = 3,

    /// <summary>Bytes of a model.</summary>
    Model = 4,
}
