"""Kept answers: bounded in bytes, the longest unused go first, and only those of the newest version stay."""

import threading

from app.answers import AnswerCache


def test_what_was_kept_is_given_back_until_there_is_no_room() -> None:
    cache = AnswerCache(10)
    cache.keep(1, "a", b"aaaa")
    cache.keep(1, "b", b"bbbb")
    assert cache.get("a") == b"aaaa"
    cache.keep(1, "c", b"cccc")
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (b"aaaa", None, b"cccc")
    assert cache.size == 8


def test_a_body_under_the_same_tag_is_counted_once() -> None:
    cache = AnswerCache(10)
    for body in (b"aaaa", b"aa", b"aaaaaa"):
        cache.keep(1, "a", body)
    assert (cache.get("a"), cache.size) == (b"aaaaaa", 6)


def test_a_new_version_drops_what_was_true_before_and_an_old_one_is_not_kept() -> None:
    cache = AnswerCache(10)
    cache.keep(1, "a", b"aaaa")
    cache.keep(2, "b", b"bb")
    cache.keep(1, "c", b"cc")
    assert (cache.get("a"), cache.get("b"), cache.get("c"), cache.size) == (None, b"bb", None, 2)


def test_what_is_larger_than_all_room_is_not_kept_and_costs_nothing_else() -> None:
    cache = AnswerCache(3)
    cache.keep(1, "a", b"aaa")
    cache.keep(1, "b", b"bbbb")
    assert (cache.get("a"), cache.get("b")) == (b"aaa", None)
    nothing = AnswerCache(0)
    nothing.keep(1, "a", b"a")
    assert (nothing.get("a"), nothing.size) == (None, 0)


def test_many_threads_at_once_leave_the_count_right() -> None:
    cache = AnswerCache(1_000)

    def work(name: str) -> None:
        for number in range(500):
            cache.keep(number // 100, f"{name}{number % 30}", b"x" * (number % 90))
            cache.get(f"{name}{number % 7}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bodies = [cache.get(f"{name}{number}") for name in "abcd" for number in range(30)]
    assert cache.size == sum(len(body) for body in bodies if body) <= 1_000
