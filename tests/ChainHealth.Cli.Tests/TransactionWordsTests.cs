using ChainHealth.Ledger;
using ChainHealth.Testing;

namespace ChainHealth.Cli.Tests;

public class TransactionWordsTests
{
    /// <summary>Only an attestation and the like has nothing to add to its kind; no kind is forgotten.</summary>
    [Fact]
    public void Every_kind_of_transaction_has_its_words()
    {
        Assert.All(Samples.Bodies, body => Assert.NotEqual("", TransactionWords.Of(body)));
        Assert.Equal(
            Samples.Bodies.Select(b => b.GetType()).Distinct().Count(),
            Samples.Bodies.Select(TransactionWords.KindOf).Distinct().Count());
    }

    [Fact]
    public void A_kind_is_called_as_the_wire_format_calls_it() =>
        Assert.Equal("commit-update", TransactionWords.KindOf(Samples.Bodies.OfType<CommitUpdateBody>().First()));
}
