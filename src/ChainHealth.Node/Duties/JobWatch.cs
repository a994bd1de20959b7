using ChainHealth.Ledger;

namespace ChainHealth.Node;

/// <summary>Remembers the newest signed job results and finds two of one member that contradict each other.</summary>
internal sealed class JobWatch(int rememberedMax = 4096)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<object, SignedTransaction> _first = [];
    private readonly Queue<object> _order = new();

    /// <summary>The contradiction between this result and an earlier one; null where there is none.</summary>
    public JobContradiction? Look(SignedTransaction transaction)
    {
        if (KeyOf(transaction.Transaction) is not { } key
            || transaction.Bytes.Length > JobContradiction.TransactionBytesMax)
        {
            return null;
        }

        lock (_gate)
        {
            if (_first.TryGetValue(key, out SignedTransaction? first))
            {
                return ResultOf(first).Equals(ResultOf(transaction)) ? null : JobContradiction.Of(first, transaction);
            }

            _first[key] = transaction;
            _order.Enqueue(key);
            if (_order.Count > rememberedMax)
            {
                _first.Remove(_order.Dequeue());
            }

            return null;
        }
    }

    private static object? KeyOf(Transaction t) => t.Body switch
    {
        CastVerdictBody b => (t.Sender, "check", b.Run, b.Round, b.Vote.Attempt),
        CastModelBody b => (t.Sender, "aggregate", b.Run, b.Round, b.Vote.Attempt),
        _ => null,
    };

    private static object ResultOf(SignedTransaction signed) => signed.Transaction.Body switch
    {
        CastVerdictBody b => b.Vote.Matter,
        CastModelBody b => b.Vote.Matter,
        _ => throw new ArgumentException("no job result", nameof(signed)),
    };
}
