using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>Two validators, or a validator and a receipt, contradict each other.</summary>
public sealed class InvariantBrokenException(string invariant) : Exception(invariant);

/// <summary>Asks every validator itself for its blocks and compares them with each other and with what clients were
/// promised.</summary>
public sealed class Ledgers(FaultNetwork network)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private Height _checked;

    /// <summary>I1 to I4: all validators hold the same certified blocks, each transaction stands in one place, every
    /// acknowledged one where its receipt says. What an earlier call has checked is not fetched again.</summary>
    /// <exception cref="InvariantBrokenException">One of them does not hold.</exception>
    public async Task AgreeAndKeepAsync(IEnumerable<Acknowledged> acknowledged)
    {
        Receipt[] receipts = [.. acknowledged.Select(a => a.Receipt).Where(r => r.Height > _checked)];
        Height top = receipts.Length == 0 ? _checked : receipts.Max(r => r.Height);
        using MemberIdentity self = MemberIdentity.Load(network.Folder, MemberNames.Operator);
        ImmutableArray<Member> validators = self.Genesis.Validators();
        CertifiedBlock[][] ledgers = await Task.WhenAll(validators.Select(v => ReadAsync(v, self, top)));
        var places = new Dictionary<Digest, (Height, int)>();
        ValidatorSet set = self.Genesis.ValidatorSet();
        for (int i = 0; i < ledgers[0].Length; i++)
        {
            BlockHeader header = ledgers[0][i].Block.Header;
            foreach ((Member validator, CertifiedBlock[] ledger) in validators.Zip(ledgers))
            {
                Require(ledger[i].Block.Header == header, $"I1, I2: block {header.Height} of {validator.Name} differs");
                string? fault = CertificateRules.Fault(self.Chain, set, ledger[i]);
                Require(fault is null, $"I3: block {header.Height} of {validator.Name}: {fault}");
            }

            for (int k = 0; k < ledgers[0][i].Block.Transactions.Length; k++)
            {
                Digest id = ledgers[0][i].Block.Transactions[k].Id;
                Require(places.TryAdd(id, (header.Height, k)), $"I2: transaction {id.Short} stands twice");
            }
        }

        foreach (Receipt r in receipts)
        {
            Require(places.GetValueOrDefault(r.Transaction) == (r.Height, r.Index),
                $"I4: {r.Transaction.Short} was acknowledged at {r.Height} and does not stand there");
        }

        _checked = top;
    }

    private static void Require(bool holds, string invariant)
    {
        if (!holds)
        {
            throw new InvariantBrokenException(invariant);
        }
    }

    private async Task<CertifiedBlock[]> ReadAsync(Member validator, MemberIdentity self, Height top)
    {
        using var timed = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(Look);
        List<CertifiedBlock> blocks = [];
        await using var link = new ClientApiLink(
            await SecureDialer.ConnectAsync(validator, LinkIdentity.Of(self), LinkPurpose.Client, timed.Token));
        for (Height next = _checked.Next; next <= top;)
        {
            int wanted = (int)Math.Min(ClientLimits.BlocksMax, top.Value - next.Value + 1);
            ImmutableArray<byte[]> given = await GivenAsync(link, next, wanted, timed.Token);
            foreach (byte[] bytes in given)
            {
                blocks.Add(BlockCodec.TryDecodeCertified(bytes, out string? fault)
                    ?? throw new InvalidDataException($"{validator.Name}: {fault}"));
                next = next.Next;
            }

            if (given.IsEmpty)
            {
                // It is still catching up.
                await timer.WaitForNextTickAsync(timed.Token);
            }
        }

        return [.. blocks];
    }

    /// <summary>None where the validator has its state from the others and is still fetching these blocks.</summary>
    private static async Task<ImmutableArray<byte[]>> GivenAsync(
        ClientApiLink link, Height from, int wanted, CancellationToken cancellation)
    {
        try
        {
            return await link.GetBlocksAsync(from, wanted, cancellation);
        }
        catch (ClientApiException)
        {
            return [];
        }
    }
}
