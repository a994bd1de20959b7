using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>When a block is final for someone who knows the genesis only.</summary>
public static class CertificateRules
{
    /// <summary>Null for 2f+1 valid commit votes.</summary>
    public static string? Fault(Digest chain, ValidatorSet validators, QuorumCertificate certificate) =>
        certificate.Phase != VotePhase.Commit
            ? $"certificate of phase {certificate.Phase} makes nothing final"
            : certificate.Fault(chain, validators);

    /// <summary>Null when the certificate makes this very block final. Its content is then what 2f+1 validators agreed
    /// on; whether it follows from the state is for the ledger's rules.</summary>
    public static string? Fault(Digest chain, ValidatorSet validators, CertifiedBlock certified)
    {
        BlockHeader header = certified.Block.Header;
        QuorumCertificate certificate = certified.Certificate;
        return header.Chain != chain ? $"block of chain {header.Chain.Short}, this is {chain.Short}"
            : certificate.Height != header.Height || certificate.Epoch != header.Epoch
                || certificate.Block != header.Hash()
                ? $"block {header.Height}: the certificate is of another block"
            : BlockRules.TransactionRoot(certified.Block.Transactions) != header.TransactionRoot
                ? $"block {header.Height}: the transactions are not those of the header"
            : Fault(chain, validators, certificate) is { } fault ? $"block {header.Height}: {fault}"
            : null;
    }
}
