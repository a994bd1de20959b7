namespace ChainHealth.Client;

/// <summary>What a connection is for; named in its hello.</summary>
public enum LinkPurpose : byte
{
    /// <summary>Between validators: frames of the consensus.</summary>
    Consensus = 1,

    /// <summary>Between validators: the raw stream of the SMPC parties.</summary>
    Smpc = 2,

    /// <summary>From any member to a validator: the client API.</summary>
    Client = 3,

    /// <summary>From any member to an edge server: the edge API.</summary>
    Edge = 4,
}
