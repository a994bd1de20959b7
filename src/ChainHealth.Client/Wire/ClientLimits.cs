using ChainHealth.Ledger;

namespace ChainHealth.Client;

/// <summary>Limits of the client API, in bytes unless named otherwise.</summary>
public static class ClientLimits
{
    public const int TransactionBytesMax = SignedTransaction.BytesMax;
    public const int PackageBytesMax = 48 * 1024 * 1024;
    public const int ModelBytesMax = Primitives.GlobalModel.BytesMax;
    public const int ModelChunkBytes = 1024 * 1024;

    /// <summary>A block with its certificate.</summary>
    public const int CertifiedBlockBytesMax = Block.BytesMax + (16 * 1024);

    /// <summary>Blocks of one answer together; at least one block is always sent.</summary>
    public const int BlocksBytesMax = 2 * CertifiedBlockBytesMax;

    public const int BlocksMax = 256;
    public const int ReasonBytesMax = 512;
    public const int StallBytesMax = 1024;
    public const int VersionBytesMax = 64;
    public const int ProofBytesMax = 512 * 1024;

    /// <summary>Of one validator's question of a private prediction, and of its answer.</summary>
    public const int QuestionBytesMax = 1024 * 1024;
    public const int PredictionBytesMax = 64 * 1024;

    private const int Envelope = 64;

    /// <summary>Of the side that answers requests.</summary>
    public static LinkOptions ServerLink { get; } = new()
    {
        FrameBytesMax = Envelope,
        FrameBytesMaxOfKind = new Dictionary<byte, int>
        {
            [(byte)ClientKind.Submit] = TransactionBytesMax + Envelope,
            [(byte)ClientKind.PutPackage] = PackageBytesMax + Envelope,
            [(byte)ClientKind.Predict] = QuestionBytesMax + Envelope,
        },
    };

    /// <summary>Of the side that asks.</summary>
    public static LinkOptions ClientLink { get; } = new()
    {
        FrameBytesMax = 2 * StallBytesMax,
        QueueBytesMax = PackageBytesMax + (1024 * 1024),
        FrameBytesMaxOfKind = new Dictionary<byte, int>
        {
            [(byte)ClientKind.Blocks] = BlocksBytesMax + (BlocksMax * sizeof(int)) + Envelope,
            [(byte)ClientKind.BlockPushed] = CertifiedBlockBytesMax + Envelope,
            [(byte)ClientKind.ModelChunk] = ModelChunkBytes + Envelope,
            [(byte)ClientKind.Proof] = ProofBytesMax + Envelope,
            [(byte)ClientKind.Predicted] = PredictionBytesMax + Envelope,
        },
    };
}
