using ChainHealth.Dashboard.Chain;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Dashboard.Tests;

public class TransactionTextTests
{
    public static TheoryData<TransactionBody> Bodies => [.. Samples.Bodies];

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public void Every_kind_of_transaction_is_told_in_its_own_words_with_its_fields(TransactionBody body)
    {
        var transaction = new Transaction(Digest.Sha256([1]), new MemberId(5), 1, body);
        Assert.NotEqual("hospital 5 acted", TransactionText.Sentence(transaction, Name));
        Assert.NotEqual("transaction", TransactionText.Kind(body));
        Assert.NotEmpty(TransactionFields.Of(body, Name));

        static string Name(MemberId id) => $"hospital {id}";
    }

    [Fact]
    public void Each_kind_has_a_name_of_its_own() => Assert.Equal(
        Samples.Bodies.Select(b => b.GetType()).Distinct().Count(),
        Samples.Bodies.Select(TransactionText.Kind).Distinct().Count());
}
