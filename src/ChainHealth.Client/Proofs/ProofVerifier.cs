using System.Collections.Immutable;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Judges a proof from the genesis alone: no network, no clock, no trust in whoever handed it over.
/// Every step is judged, also after one that failed, so that the reader sees all that is wrong.</summary>
public static class ProofVerifier
{
    /// <param name="model">Bytes of the model file that the proof should be about, where the reader has
    /// it.</param>
    /// <returns>The steps in order; the proof holds where all do.</returns>
    public static ImmutableArray<ProofStep> Verify(
        Genesis genesis, ChainProof proof, ReadOnlyMemory<byte>? model = null)
    {
        ImmutableArray<ProofStep> steps =
        [
            Chain(genesis, proof), Header(proof), Certificate(genesis, proof), Signers(genesis, proof),
            .. ClaimSteps.Of(genesis, proof.Header, proof.Claim),
        ];
        return model is { } bytes ? steps.Add(ModelFile(proof.Claim, bytes.Span)) : steps;
    }

    /// <summary>Null where the proof holds; else the first fault.</summary>
    public static string? Fault(Genesis genesis, ChainProof proof, ReadOnlyMemory<byte>? model = null) =>
        Verify(genesis, proof, model).FirstOrDefault(s => !s.Holds)?.Fault;

    private static ProofStep Chain(Genesis genesis, ChainProof proof)
    {
        Digest chain = genesis.Hash();
        return new ProofStep(
            "genesis", $"{genesis.Name}, chain {chain.Short}",
            proof.Header.Chain == chain
                ? null : $"the proof is of chain {proof.Header.Chain.Short}, the genesis of {chain.Short}");
    }

    private static ProofStep Header(ChainProof proof)
    {
        Digest hash = proof.Header.Hash();
        (BlockHeader header, QuorumCertificate c) = (proof.Header, proof.Certificate);
        return new ProofStep(
            "block header", $"height {header.Height}, hash {hash.Short}, {header.Time}",
            c.Block != hash ? $"the certificate is of block {c.Block.Short}, the header hashes to {hash.Short}"
            : c.Height != header.Height ? $"the certificate is of height {c.Height}, the header of {header.Height}"
            : c.Epoch != header.Epoch ? $"the certificate is of epoch {c.Epoch}, the header of {header.Epoch}"
            : null);
    }

    private static ProofStep Certificate(Genesis genesis, ChainProof proof)
    {
        ValidatorSet validators = genesis.ValidatorSet();
        return new ProofStep(
            "certificate",
            $"{proof.Certificate.Signatures.Length} signatures, {validators.Quorum.Size} of "
                + $"{validators.Quorum.Members} needed",
            CertificateRules.Fault(genesis.Hash(), validators, proof.Certificate));
    }

    /// <summary>Each signer is named with the verdict on its signature, so that a bad certificate can be looked into.
    /// </summary>
    private static ProofStep Signers(Genesis genesis, ChainProof proof)
    {
        ImmutableArray<Member> validators = genesis.Validators();
        ValidatorSet set = genesis.ValidatorSet();
        QuorumCertificate c = proof.Certificate;
        Digest message = new VoteSubject(genesis.Hash(), c.Epoch, c.Height, c.View, c.Phase, c.Block).Hash();
        var signed = new List<string>();
        var bad = new List<string>();
        int next = 0;
        for (byte i = 0; i < validators.Length && next < c.Signatures.Length; i++)
        {
            if (c.Signed(new ReplicaId(i)))
            {
                bool valid = set.Verify(new ReplicaId(i), message, c.Signatures[next++]);
                (valid ? signed : bad).Add(validators[i].Name);
            }
        }

        string detail = signed.Count == 0 ? "nobody" : string.Join(", ", signed);
        return new ProofStep(
            "signed by", detail,
            bad.Count > 0 ? $"not signed by {string.Join(", ", bad)}, though the certificate names them"
            : signed.Count < set.Quorum.Size ? $"{signed.Count} valid signatures, {set.Quorum.Size} needed"
            : null);
    }

    private static ProofStep ModelFile(ProofClaim claim, ReadOnlySpan<byte> bytes)
    {
        Digest hash = GlobalModel.HashOf(bytes);
        return new ProofStep(
            "model file", $"{bytes.Length} bytes, hash {hash.Short}",
            claim is not ModelClaim c ? "the proof is not about a model"
            : hash == c.Model.Model ? null : $"the file's hash is {hash}, the chain's is {c.Model.Model}");
    }
}
