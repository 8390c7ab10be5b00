//! The allocator of the component: free lists by size, on top of the system's.
//!
//! [`Heap`] makes most allocations a few instructions, which ruff's many small ones profit from:
//! the default allocator of WebAssembly guests is built for little code, not for speed. It relies on
//! there being one thread. Does not give memory back: what one file needed, the next one takes.
#![expect(unsafe_code, reason = "an allocator hands out raw memory")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::UnsafeCell,
    ptr::{self, NonNull},
};

/// Larger ones go to the system.
const LARGEST: usize = 32 * 1024;
/// Up to here, sizes are rounded up to a multiple of `STEP`; above, to a quarter of a power of two.
const LARGEST_FINE: usize = 1024;
/// Also the alignment of all blocks.
const STEP: usize = 16;
const FINE_CLASSES: usize = LARGEST_FINE / STEP;
const CLASSES: usize = FINE_CLASSES + 4 * (LARGEST / LARGEST_FINE).ilog2() as usize;
/// What is taken from the system at a time.
const CHUNK: usize = 256 * 1024;

/// An allocator for one thread.
pub(crate) struct Heap(UnsafeCell<State>);

struct State {
    /// Free blocks by class, each of which starts with the address of the next one.
    free: [Option<NonNull<Block>>; CLASSES],
    /// The part of the current chunk that was never handed out.
    start: usize,
    end: usize,
}

struct Block {
    next: Option<NonNull<Block>>,
}

// SAFETY: a component has one thread, and the tests lend a heap to one thread only.
unsafe impl Sync for Heap {}

impl Heap {
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new(State { free: [None; CLASSES], start: 0, end: 0 }))
    }
}

/// The class of a block, if it is none for the system.
#[inline]
const fn class(layout: Layout) -> Option<usize> {
    let size = layout.size();
    if layout.align() > STEP || size > LARGEST {
        None
    } else if size <= LARGEST_FINE {
        Some(size.saturating_sub(1) / STEP)
    } else {
        let doubling = (size - 1).ilog2() as usize;
        let quarter = (size - 1) >> (doubling - 2) & 3;
        Some(FINE_CLASSES + 4 * (doubling - LARGEST_FINE.ilog2() as usize) + quarter)
    }
}

/// The size of the blocks of a class.
#[inline]
const fn block_size(class: usize) -> usize {
    if class < FINE_CLASSES {
        (class + 1) * STEP
    } else {
        let (doubling, quarter) = ((class - FINE_CLASSES) / 4, (class - FINE_CLASSES) % 4);
        (LARGEST_FINE + (quarter + 1) * LARGEST_FINE / 4) << doubling
    }
}

impl State {
    /// A block of a class that has no free one.
    #[cold]
    fn carve(&mut self, class: usize) -> *mut u8 {
        let size = block_size(class);
        if self.end - self.start < size {
            // SAFETY: the size is not zero. What is left of the old chunk is given up.
            let chunk = unsafe { System.alloc(Layout::from_size_align_unchecked(CHUNK, STEP)) };
            if chunk.is_null() {
                return chunk;
            }
            self.start = chunk.expose_provenance();
            self.end = self.start + CHUNK;
        }
        let block = ptr::with_exposed_provenance_mut(self.start);
        self.start += size;
        block
    }
}

// SAFETY: blocks of a class are at least as large as any layout of it, aligned to `STEP`, and in one
// owner's hands at a time: they leave the free list when handed out.
unsafe impl GlobalAlloc for Heap {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(class) = class(layout) else {
            // SAFETY: the caller's promise, passed on.
            return unsafe { System.alloc(layout) };
        };
        // SAFETY: one thread, and nothing below calls back into the heap.
        let state = unsafe { &mut *self.0.get() };
        let Some(list) = state.free.get_mut(class) else { return ptr::null_mut() };
        match *list {
            Some(block) => {
                // SAFETY: a block in a free list holds the address of the next one.
                *list = unsafe { block.as_ref().next };
                block.as_ptr().cast()
            }
            None => state.carve(class),
        }
    }

    #[inline]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let Some(class) = class(layout) else {
            // SAFETY: the caller's promise, passed on; the layout tells who handed the block out.
            return unsafe { System.dealloc(pointer, layout) };
        };
        // SAFETY: as in `alloc`.
        let state = unsafe { &mut *self.0.get() };
        if let (Some(list), Some(block)) = (state.free.get_mut(class), NonNull::new(pointer.cast::<Block>())) {
            // SAFETY: the block is free now, and large and aligned enough for an address.
            unsafe { block.write(Block { next: *list }) };
            *list = Some(block);
        }
    }

    #[inline]
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the size fits the alignment.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (class(layout), class(wanted)) {
            (Some(old), Some(new)) if old == new => pointer,
            // SAFETY: the caller's promise, passed on.
            (None, None) => unsafe { System.realloc(pointer, layout, size) },
            _ => {
                // SAFETY: both blocks are of at least the smaller size, and distinct.
                unsafe {
                    let moved = self.alloc(wanted);
                    if !moved.is_null() {
                        ptr::copy_nonoverlapping(pointer, moved, layout.size().min(size));
                        self.dealloc(pointer, layout);
                    }
                    moved
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).unwrap()
    }

    #[test]
    fn a_block_is_at_least_as_large_as_asked_for_and_not_much_larger() {
        for size in 1..=LARGEST {
            let block = block_size(class(layout(size)).unwrap());
            assert!(
                block >= size && block <= size + STEP.max(size / 4) && block.is_multiple_of(STEP),
                "{size}: {block}"
            );
        }
        assert_eq!(class(layout(LARGEST)), Some(CLASSES - 1));
        assert_eq!(class(layout(LARGEST + 1)), None);
        assert_eq!(class(Layout::from_size_align(8, 64).unwrap()), None);
    }

    #[test]
    fn a_freed_block_is_handed_out_again() {
        let heap = Heap::new();
        // SAFETY: layouts match, and blocks are used only between.
        unsafe {
            let first = heap.alloc(layout(40));
            heap.dealloc(first, layout(40));
            assert_eq!(first, heap.alloc(layout(48)));
            assert_ne!(first, heap.alloc(layout(48)));
        }
    }

    #[test]
    fn contents_survive_growth_through_all_sizes() {
        let heap = Heap::new();
        let mut size = 1;
        // SAFETY: layouts match, and only bytes that were asked for are touched.
        unsafe {
            let mut block = heap.alloc(layout(size));
            block.write(7);
            while size < 4 * LARGEST {
                let other = heap.alloc(layout(size));
                other.write_bytes(1, size);
                let larger = size + size / 3 + 1;
                block = heap.realloc(block, layout(size), larger);
                size = larger;
                block.add(size - 1).write(9);
                assert_eq!(block.read(), 7);
            }
            block = heap.realloc(block, layout(size), 20);
            assert_eq!(block.read(), 7);
            heap.dealloc(block, layout(20));
        }
    }
}
