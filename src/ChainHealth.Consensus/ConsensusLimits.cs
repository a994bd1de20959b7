namespace ChainHealth.Consensus;

/// <summary>Upper bounds of everything that the protocol accepts from a peer.</summary>
public static class ConsensusLimits
{
    /// <summary>Bytes of one block's payload.</summary>
    public const int PayloadBytesMax = 8 * 1024 * 1024;

    /// <summary>Bytes of one encoded message: a block response of the largest block with its certificates
    /// fits.</summary>
    public const int MessageBytesMax = 16 * 1024 * 1024;

    /// <summary>Heights that may be in flight above the committed tip, whatever the options say.</summary>
    public const int WindowHeightsMax = 64;

    /// <summary>Blocks asked for in one request and given in one response.</summary>
    public const int BlocksPerResponseMax = 64;

    /// <summary>Payload bytes after which a host stops adding blocks to a response (it always gives at least one).
    /// </summary>
    public const int ResponsePayloadBytes = 4 * 1024 * 1024;

    /// <summary>Bytes of a snapshot of the state. It is held in memory while it is made or fetched.</summary>
    public const int SnapshotBytesMax = 256 * 1024 * 1024;

    /// <summary>Bytes of one piece of a snapshot.</summary>
    public const int ChunkBytesMax = 256 * 1024;

    /// <summary>Pieces of the largest snapshot, were they so small that a test has several.</summary>
    public const int ChunksMax = ushort.MaxValue;

    /// <summary>Tips of the view changes in one new-view stand at most so far below the highest one (rule VC10).
    /// </summary>
    public const int ViewChangeSpreadHeights = 64;

    /// <summary>Pre-prepares and votes of a view not yet entered that are kept, for each sender.</summary>
    public const int EarlyMessagesMax = 256;
}
