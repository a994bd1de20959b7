using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>A validator signed a view change that carries a certificate which is none. Honest ones pass on only what
/// they have verified, so its signature convicts it.</summary>
/// <param name="ViewChange">What it signed: PROTOCOL.md's view change without the signature.</param>
/// <param name="Index">Of the false certificate: the committed one, where there is one, then the prepared ones.</param>
public sealed record FalseCertificate(Epoch Epoch, ByteString ViewChange, int Index, Signature Signature)
    : Contradiction
{
    public const int ViewChangeBytesMax = 48 * 1024;

    private const int CertificatesMax = 1024;

    /// <summary>The digest under the signature.</summary>
    public Digest Hash(Digest chain)
    {
        var writer = new CanonicalWriter(sizeof(uint) + ViewChange.Length);
        writer.UInt32(Epoch.Value).Fixed(ViewChange.Span);
        return Digest.Of("view-change", chain, writer.Written);
    }

    /// <summary>Null where the bytes are no view change.</summary>
    public SignedClaim? Read()
    {
        var reader = new CanonicalReader(ViewChange.Span);
        var view = new View(reader.UInt64());
        var signer = new ReplicaId(reader.Byte());
        QuorumCertificate? committed = reader.Bool() ? QuorumCertificate.Read(ref reader) : null;
        ImmutableArray<QuorumCertificate> prepared = reader.List(
            CertificatesMax, (ref CanonicalReader r) => QuorumCertificate.Read(ref r));
        return !reader.Finish() ? null : new SignedClaim(view, signer,
        [
            .. committed is null ? [] : new[] { (VotePhase.Commit, committed) },
            .. prepared.Select(p => (VotePhase.Prepare, p)),
        ]);
    }
}

/// <summary>What a view change says, as far as it can be judged: each certificate with the phase that it must
/// have.</summary>
public sealed record SignedClaim(
    View View, ReplicaId Signer, ImmutableArray<(VotePhase Phase, QuorumCertificate Certificate)> Certificates)
{
    /// <summary>Index of the first certificate that is none; -1 where all are good.</summary>
    public int FirstFalse(Digest chain, ValidatorSet validators)
    {
        for (int i = 0; i < Certificates.Length; i++)
        {
            if (IsFalse(i, chain, validators))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Costs the signatures of one certificate.</summary>
    public bool IsFalse(int index, Digest chain, ValidatorSet validators) =>
        index >= 0 && index < Certificates.Length
        && (Certificates[index].Phase != Certificates[index].Certificate.Phase
            || Certificates[index].Certificate.Fault(chain, validators) is not null);
}
