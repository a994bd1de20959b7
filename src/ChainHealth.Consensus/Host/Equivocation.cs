using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Two signed votes of one replica for the same epoch, height, view and phase, and for different blocks: proof
/// of a lie to anyone who knows the replica's key. A primary's pre-prepare is its prepare vote.</summary>
public sealed record Equivocation(Epoch Epoch, Vote First, Vote Second)
{
    public ReplicaId Culprit => First.Signer;

    /// <summary>Null when the evidence proves what it says; else the reason. Costs two signature checks.</summary>
    public string? Fault(Digest chain, ValidatorSet validators)
    {
        if (Epoch != validators.Epoch)
        {
            return $"evidence is of epoch {Epoch}, the validators of epoch {validators.Epoch}";
        }

        if ((First.Signer, First.Height, First.View, First.Phase)
            != (Second.Signer, Second.Height, Second.View, Second.Phase) || First.Block == Second.Block)
        {
            return "the two votes do not contradict each other";
        }

        return First.IsSigned(chain, validators) && Second.IsSigned(chain, validators)
            ? null
            : "a signature is not valid";
    }

    public static void Write(CanonicalWriter writer, Equivocation evidence)
    {
        writer.UInt32(evidence.Epoch.Value);
        Vote.Write(writer, evidence.First);
        Vote.Write(writer, evidence.Second);
    }

    public static Equivocation Read(ref CanonicalReader reader) =>
        new(new Epoch(reader.UInt32()), Vote.Read(ref reader), Vote.Read(ref reader));
}
