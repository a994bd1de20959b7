using System.Collections.Immutable;
using System.Numerics;

namespace ChainHealth.Primitives;

public enum VotePhase : byte
{
    Prepare = 1,
    Commit = 2,
    Checkpoint = 3,
}

/// <summary>What a validator signs. It binds chain, epoch, height, view, phase and block, so that a vote can pass for
/// no other.</summary>
public readonly record struct VoteSubject(
    Digest Chain, Epoch Epoch, Height Height, View View, VotePhase Phase, Digest Block)
{
    /// <summary>The digest under the signature.</summary>
    public Digest Hash()
    {
        var writer = new CanonicalWriter(96);
        writer.UInt32(Epoch.Value).UInt64(Height.Value).UInt64(View.Value).Byte((byte)Phase).Digest(Block);
        return Digest.Of("vote", Chain, writer.Written);
    }
}

/// <summary>The validators of an epoch, in the order that gives each its <see cref="ReplicaId"/>.</summary>
public sealed class ValidatorSet(Epoch epoch, ImmutableArray<PublicKey> keys, SignatureCheck? check = null)
{
    private readonly SignatureCheck _check = check ?? Secp256k1.Verify;

    public Epoch Epoch { get; } = epoch;

    public ImmutableArray<PublicKey> Keys { get; } = keys;

    public Quorum Quorum { get; } = Quorum.Of(keys.Length);

    public bool Contains(ReplicaId replica) => replica.Value < Keys.Length;

    public ReplicaId PrimaryOf(View view) => new((byte)(view.Value % (ulong)Keys.Length));

    public bool Verify(ReplicaId replica, Digest message, Signature signature) =>
        Contains(replica) && _check(Keys[replica.Value], message, signature);
}

/// <summary>2f+1 signatures of distinct validators over one vote. Signers are a bit set, so a signer cannot count
/// twice.
/// </summary>
public sealed record QuorumCertificate(
    Epoch Epoch, Height Height, View View, VotePhase Phase, Digest Block, UInt128 Signers,
    ImmutableArray<Signature> Signatures)
{
    public bool Signed(ReplicaId replica) => (Signers >> replica.Value & UInt128.One) == UInt128.One;

    /// <summary>Null when valid; else the exact reason. Costs 2f+1 signature verifications.</summary>
    public string? Fault(Digest chain, ValidatorSet validators)
    {
        if (Epoch != validators.Epoch)
        {
            return $"certificate is of epoch {Epoch}, the validators of epoch {validators.Epoch}";
        }

        int count = (int)UInt128.PopCount(Signers);
        if (count != Signatures.Length || Signers >> validators.Quorum.Members != UInt128.Zero)
        {
            return "certificate's signer set does not match its signatures";
        }

        if (count < validators.Quorum.Size)
        {
            return $"{count} signatures, {validators.Quorum.Size} needed";
        }

        Digest message = new VoteSubject(chain, Epoch, Height, View, Phase, Block).Hash();
        int next = 0;
        for (byte i = 0; i < validators.Quorum.Members; i++)
        {
            if (Signed(new ReplicaId(i)) && !validators.Verify(new ReplicaId(i), message, Signatures[next++]))
            {
                return $"signature of validator {i} is not valid";
            }
        }

        return null;
    }

    public bool Equals(QuorumCertificate? other) => other is not null
        && (Epoch, Height, View, Phase, Block, Signers)
            == (other.Epoch, other.Height, other.View, other.Phase, other.Block, other.Signers)
        && Signatures.AsSpan().SequenceEqual(other.Signatures.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Height, View, Phase, Block, Signers);

    public static void Write(CanonicalWriter writer, QuorumCertificate c) => writer
        .UInt32(c.Epoch.Value).UInt64(c.Height.Value).UInt64(c.View.Value).Byte((byte)c.Phase).Digest(c.Block)
        .UInt64((ulong)(c.Signers & ulong.MaxValue)).UInt64((ulong)(c.Signers >> 64))
        .List(c.Signatures, (w, s) => w.Signature(s));

    public static QuorumCertificate Read(ref CanonicalReader r) => new(
        new Epoch(r.UInt32()), new Height(r.UInt64()), new View(r.UInt64()), r.Enum<VotePhase>(), r.Digest(),
        ReadSigners(ref r), r.List(Quorum.MembersMax, (ref CanonicalReader x) => x.Signature()));

    private static UInt128 ReadSigners(ref CanonicalReader reader)
    {
        ulong low = reader.UInt64();
        return new UInt128(reader.UInt64(), low);
    }
}
