using System.Collections.Immutable;
using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Coin toss for the ten keys of a session (Kj for each triple, Kij for each pair), commit, open, confirm: no
/// holder can choose a key, and holders who were told different things find out before the key is used. Three
/// exchanges. An empty seat contributes nothing: its pairwise keys are each drawn by one holder alone.</summary>
internal sealed class KeySetup
{
    private const int SeedBytes = 32;
    private const int GroupsPerPeer = 3;
    private const int MessageBytes = GroupsPerPeer * SeedBytes;

    private readonly IPartyNetwork _network;
    private readonly Digest _session;
    private readonly int _me;
    private readonly Seats _seats;

    // Group g < 4 is the triple without party g; group 4 + pair is that pair. Seeds by group and contributor.
    private readonly byte[]?[,] _seeds = new byte[]?[ExchangeMessages.Parties + Pairs.Count, ExchangeMessages.Parties];

    private KeySetup(IPartyNetwork network, Digest session, Seats seats)
    {
        _network = network;
        _session = session;
        _seats = seats;
        _me = network.Party;
    }

    public static async ValueTask<SessionKeys> RunAsync(
        IPartyNetwork network, Digest session, Seats seats, RandomSource randomness, DisputeJournal journal,
        CancellationToken cancellation)
    {
        var setup = new KeySetup(network, session, seats);
        int[] groups = [.. Enumerable.Range(0, setup._seeds.GetLength(0)).Where(g => IsHolder(g, setup._me))];
        foreach (int group in groups)
        {
            randomness(setup._seeds[group, setup._me] = new byte[SeedBytes]);
        }

        byte[][] commitments = await setup.SwapAsync(0, g => setup.Commit(g, setup._me), cancellation);
        byte[][] openings = await setup.SwapAsync(1, g => setup._seeds[g, setup._me]!, cancellation);
        setup.TakeOpenings(commitments, openings);
        foreach (int triple in groups.Where(g => g < ExchangeMessages.Parties))
        {
            journal.AddKey(triple, setup.Contributions(triple));
        }

        byte[][] confirmations = await setup.SwapAsync(2, setup.Confirm, cancellation);
        setup.CheckConfirmations(confirmations);
        return setup.Finish();
    }

    private static bool IsHolder(int group, int party) => group < ExchangeMessages.Parties
        ? group != party
        : Pairs.Contains(group - ExchangeMessages.Parties, party);

    /// <summary>The three groups that two parties have in common.</summary>
    private static int[] Common(int a, int b) =>
        [.. Enumerable.Range(0, ExchangeMessages.Parties + Pairs.Count).Where(g => IsHolder(g, a) && IsHolder(g, b))];

    private bool IsPeer(int party) => party != _me && _seats.IsPresent(party);

    private async ValueTask<byte[][]> SwapAsync(ulong exchange, Func<int, byte[]> value, CancellationToken cancellation)
    {
        var messages = new ExchangeMessages { Exchange = exchange };
        var incoming = new byte[ExchangeMessages.Parties][];
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            incoming[peer] = IsPeer(peer) ? new byte[MessageBytes] : [];
            if (IsPeer(peer))
            {
                messages.Send(peer, Common(_me, peer).SelectMany(value).ToArray());
                messages.Await(peer, incoming[peer]);
            }
        }

        await _network.ExchangeAsync(messages, cancellation);
        return incoming;
    }

    private byte[] Commit(int group, int contributor) => Hash("key-commitment", group, contributor,
        _seeds[group, contributor]!);

    private byte[] Hash(string tag, int group, int contributor, ReadOnlySpan<byte> content) => Digest.Of(tag, _session,
        new CanonicalWriter().Byte((byte)group).Byte((byte)contributor).Fixed(content).Written).ToArray();

    private void TakeOpenings(byte[][] commitments, byte[][] openings)
    {
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            int[] common = IsPeer(peer) ? Common(_me, peer) : [];
            for (int i = 0; i < common.Length; i++)
            {
                Range part = (i * SeedBytes)..((i + 1) * SeedBytes);
                _seeds[common[i], peer] = openings[peer][part];
                if (!Commit(common[i], peer).AsSpan().SequenceEqual(commitments[peer].AsSpan(part)))
                {
                    throw new MpcAbortException(AbortCause.KeySetup, 1, peer, peer);
                }
            }
        }
    }

    /// <summary>A digest of each present holder's contribution, in the order of the seats.</summary>
    private ImmutableArray<Digest> Contributions(int group) =>
        [.. Enumerable.Range(0, ExchangeMessages.Parties).Where(p => IsHolder(group, p) && _seats.IsPresent(p))
            .Select(p => Digest.Read(Hash("key-contribution", group, p, _seeds[group, p]!)))];

    private byte[] Key(int group) => Hash("session-key", group, 0, Enumerable.Range(0, ExchangeMessages.Parties)
        .SelectMany(p => _seeds[group, p] ?? []).ToArray());

    private byte[] Confirm(int group) => Hash("key-confirmation", group, 0, Key(group));

    private void CheckConfirmations(byte[][] confirmations)
    {
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            int[] common = IsPeer(peer) ? Common(_me, peer) : [];
            for (int i = 0; i < common.Length; i++)
            {
                ReadOnlySpan<byte> told = confirmations[peer].AsSpan(i * SeedBytes, SeedBytes);
                if (!CryptographicOperations.FixedTimeEquals(told, Confirm(common[i])))
                {
                    int third = common[i] < ExchangeMessages.Parties ? 6 - common[i] - peer - _me : peer;
                    third = _seats.IsPresent(third) ? third : peer;
                    throw new MpcAbortException(AbortCause.KeySetup, 2, third, peer)
                    {
                        Seen = third == peer ? [] : Contributions(common[i]),
                    };
                }
            }
        }
    }

    private SessionKeys Finish()
    {
        var triples = new byte[]?[ExchangeMessages.Parties];
        var pairs = new byte[]?[ExchangeMessages.Parties];
        for (int p = 0; p < ExchangeMessages.Parties; p++)
        {
            if (p != _me)
            {
                triples[p] = Key(p);
                pairs[p] = Key(ExchangeMessages.Parties + Pairs.Of(p, _me));
            }
        }

        foreach (byte[]? seed in _seeds)
        {
            CryptographicOperations.ZeroMemory(seed);
        }

        return new SessionKeys(triples, pairs);
    }
}
