using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>A message whose sender the session authenticated and whose signatures and certificates all hold. Only a
/// <see cref="MessageVerifier"/> makes one, and the replica accepts nothing else.</summary>
public sealed class Verified
{
    internal Verified(ReplicaId from, ConsensusMessage message)
    {
        From = from;
        Message = message;
    }

    /// <summary>The peer at the other end of the session; for signed messages not always the signer.</summary>
    public ReplicaId From { get; }

    public ConsensusMessage Message { get; }

    public override string ToString() => $"{Message.GetType().Name} from {From}";
}
