using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>The newest verified blocks and where each of the newest transactions stands. Not for several threads.
/// </summary>
internal sealed class BlockMemory(long bytesMax, int findableMax)
{
    private const int OverheadBytes = 1024;

    private readonly Dictionary<Height, CertifiedBlock> _blocks = [];
    private readonly Dictionary<Digest, (Height Height, int Index)> _places = [];
    private readonly Queue<Digest> _order = new();
    private ulong _oldest = 1;
    private long _bytes;

    public CertifiedBlock? Find(Height height) => _blocks.GetValueOrDefault(height);

    public (Height Height, int Index)? Find(Digest transaction) =>
        _places.TryGetValue(transaction, out (Height, int) place) ? place : null;

    public void Add(CertifiedBlock certified)
    {
        Height height = certified.Block.Header.Height;
        _blocks[height] = certified;
        _bytes += Bytes(certified);
        while (_bytes > bytesMax && _oldest < height.Value)
        {
            if (_blocks.Remove(new Height(_oldest++), out CertifiedBlock? old))
            {
                _bytes -= Bytes(old);
            }
        }

        for (int i = 0; i < certified.Block.Transactions.Length; i++)
        {
            Digest id = certified.Block.Transactions[i].Id;
            _places[id] = (height, i);
            _order.Enqueue(id);
        }

        while (_order.Count > findableMax)
        {
            _places.Remove(_order.Dequeue());
        }
    }

    private static long Bytes(CertifiedBlock certified) =>
        OverheadBytes + certified.Block.Transactions.Sum(t => (long)t.Bytes.Length);
}
