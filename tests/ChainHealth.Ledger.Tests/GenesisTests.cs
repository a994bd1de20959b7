using System.Collections.Immutable;
using ChainHealth.Primitives;
using ChainHealth.Testing;
using CsCheck;

namespace ChainHealth.Ledger.Tests;

public class GenesisTests
{
    private static readonly Genesis Sound = Samples.Network.Genesis;

    public static TheoryData<string, Func<Genesis, Genesis>> Unsound => new()
    {
        { "name needs", g => g with { Name = "" } },
        { "name needs", g => g with { Name = new string('x', 65) } },
        { "time is out of range", g => g with { Time = new Instant(long.MaxValue) } },
        { "3 validators", g => g with { Members = g.Members.RemoveAt(0) } },
        { "has number 9", g => Change(g, 5, m => m with { Id = new MemberId(9) }) },
        { "two members are named", g => Change(g, 5, m => m with { Name = "provider" }) },
        { "share a key", g => Change(g, 5, m => m with { SigningKey = g.Members[0].SigningKey }) },
        { "share a key", g => Change(g, 5, m => m with { TlsPin = g.Members[0].TlsPin }) },
        { "compressed point", g => Change(g, 5, m => m with { SigningKey = default }) },
        { "needs an encryption key", g => Change(g, 0, m => m with { EncryptionKey = default }) },
        { "needs an endpoint", g => Change(g, 1, m => m with { Endpoint = "" }) },
    };

    [Fact]
    public void Decoding_an_encoded_genesis_gives_the_same_chain()
    {
        Genesis decoded = GenesisCodec.TryDecode(GenesisCodec.Encode(Sound), out string? fault)!;
        Assert.Null(fault);
        Assert.Equal(Sound.Hash(), decoded.Hash());
        Assert.Equal(LedgerState.FromGenesis(Sound).Root, LedgerState.FromGenesis(decoded).Root);
    }

    [Theory]
    [MemberData(nameof(Unsound))]
    public void G_an_unsound_genesis_is_refused_by_member_and_field(string words, Func<Genesis, Genesis> spoil)
    {
        Genesis genesis = spoil(Sound);
        Assert.Contains(words, GenesisRules.Fault(genesis), StringComparison.Ordinal);
        Assert.Null(GenesisCodec.TryDecode(GenesisCodec.Encode(genesis), out string? fault));
        Assert.False(string.IsNullOrEmpty(fault));
        Assert.Throws<ArgumentException>(() => LedgerState.FromGenesis(genesis));
    }

    [Fact]
    public void Mutated_genesis_bytes_are_refused_with_a_reason_or_stand_for_exactly_themselves() =>
        Gen.Select(Gen.Int[0, 100_000], Gen.Byte).Array[1, 4].Sample(edits =>
        {
            byte[] bytes = GenesisCodec.Encode(Sound);
            foreach ((int at, byte value) in edits)
            {
                bytes[at % bytes.Length] = value;
            }

            Genesis? decoded = GenesisCodec.TryDecode(bytes, out string? fault);
            Assert.Equal(decoded is null, fault is not null);
            Assert.Equal(bytes, decoded is null ? bytes : GenesisCodec.Encode(decoded));
        }, iter: 1000);

    private static Genesis Change(Genesis genesis, int index, Func<Member, Member> change) =>
        genesis with { Members = genesis.Members.SetItem(index, change(genesis.Members[index])) };
}
