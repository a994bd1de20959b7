using ChainHealth.Client;
using ChainHealth.Learning;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>Puts the Merkle root of the institution's data set on chain: a hospital's own records, a provider's public
/// validation records. No personal data leave.</summary>
internal sealed class AnchorDesk(EdgeContext context, AnchorBook book)
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <exception cref="EdgeCallException">It is anchored like this already.</exception>
    public async Task<AnchorAnswer> AnchorAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            Dataset dataset = context.Dataset;
            Records records = context.Identity.Member.Role == MemberRole.Hospital
                ? context.Datasets.Own : dataset.Validation;
            return await AnchorAsync(context.Chain, book, dataset.Name, records, cancellation);
        }
        catch (TransactionRefusedException e)
        {
            throw new EdgeCallException(EdgeFault.Refused, e.Message, e);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <exception cref="TransactionRefusedException">It is anchored like this already.</exception>
    public static async Task<AnchorAnswer> AnchorAsync(
        IChainClient chain, AnchorBook book, string name, Records records, CancellationToken cancellation)
    {
        Digest root = MerkleTree.Root(book.Leaves(records));
        book.Keep(root, records);
        Receipt receipt = await chain.SubmitAsync(new AnchorDatasetBody(name, root, records.Count), cancellation);
        return new AnchorAnswer(name, records.Count, root, receipt.Height, receipt.Transaction);
    }
}
