namespace ChainHealth.Client;

/// <summary>Frame kinds of the client API. Every payload begins with the u32 id of its request, so that many may be in
/// flight on one link and answers may come in any order.</summary>
public enum ClientKind : byte
{
    Submit = 1,
    GetBlocks = 2,
    Subscribe = 3,
    GetModel = 4,
    PutPackage = 5,
    GetProof = 6,
    GetStatus = 7,

    /// <summary>The asker's own reason code, as far as the node holds it.</summary>
    GetReason = 24,

    /// <summary>Secret-shared records for a private prediction (SMPC.md, "Private prediction").</summary>
    Predict = 20,

    Submitted = 33,
    Blocks = 34,

    /// <summary>Pushed to a subscriber: a certified block.</summary>
    BlockPushed = 35,

    /// <summary>Pushed to a subscriber: the node's word about itself.</summary>
    StatusPushed = 36,

    /// <summary>Total length, offset, bytes; the last chunk ends at the total.</summary>
    ModelChunk = 37,
    Stored = 38,
    Proof = 39,
    Status = 40,
    Predicted = 52,
    Reason = 56,

    /// <summary>The request was not served; the reason as text.</summary>
    Failed = 63,
}
